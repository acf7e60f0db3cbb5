"""Addresses of this part."""

from django.urls import URLPattern

app_name = "own"
urlpatterns: list[URLPattern] = []
