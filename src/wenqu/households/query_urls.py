"""Addresses of the departments' questions."""

from django.urls import path

from wenqu.households.views import asking

app_name = "query"
urlpatterns = [path("", asking.ask, name="ask")]
