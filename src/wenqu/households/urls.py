"""Addresses of this room."""

from django.urls import path

from wenqu.households.views import household

app_name = "households"
urlpatterns = [path("<int:pk>/", household.household_page, name="household")]
