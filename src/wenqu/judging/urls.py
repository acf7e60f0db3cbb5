"""Addresses of this room."""

app_name = "judging"
urlpatterns: list = []
