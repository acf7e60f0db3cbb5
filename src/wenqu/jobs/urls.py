"""Addresses of this room."""

app_name = "jobs"
urlpatterns: list = []
