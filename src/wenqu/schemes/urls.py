"""Addresses of this room."""

from django.urls import path

from wenqu.schemes.views import schemes

app_name = "schemes"
urlpatterns = [
    path("", schemes.scheme_list, name="list"),
    path("<int:pk>/", schemes.scheme_page, name="scheme"),
    path("<int:pk>/households/", schemes.served_households, name="households"),
]
