"""Addresses of the dashboards, lists and search."""

from django.urls import path

from wenqu.reports.views import home

app_name = "reports"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", home.home, name="search"),
]
