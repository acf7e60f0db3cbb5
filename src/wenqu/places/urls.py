"""Addresses of this room."""

from django.urls import path

from wenqu.places.views import outlines

app_name = "places"
urlpatterns = [
    path("", outlines.upload, name="outlines"),
    path("remove/", outlines.remove, name="remove-outlines"),
]
