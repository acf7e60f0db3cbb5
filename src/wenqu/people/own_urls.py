"""Addresses of this part."""

from django.urls import URLPattern, path

from wenqu.people.views import tokens

app_name = "own"
urlpatterns: list[URLPattern] = [
    path("tokens/", tokens.token_page, name="tokens"),
    path("tokens/<int:pk>/revoke/", tokens.revoke, name="revoke-token"),
]
