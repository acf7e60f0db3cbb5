"""Addresses of this room."""

app_name = "households"
urlpatterns: list = []
