"""Addresses of the dashboards, lists and search."""

from django.urls import path

from wenqu.reports.views import fixed, home, households, search

app_name = "reports"
urlpatterns = [
    path("", home.home, name="home"),
    path("area/", home.own_area, name="own"),
    path("area/<int:pk>/", home.area_page, name="area"),
    path("area/<int:pk>/map.json", home.area_map, name="map"),
    path("fixed/", fixed.fixed_page, name="fixed"),
    path("households/", households.household_list, name="households"),
    path("search/", search.search, name="search"),
]
