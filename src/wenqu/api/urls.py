"""Addresses of the API. Everything but its two pages goes through the door."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from wenqu.api import views
from wenqu.api.door import no_such_address, through_door
from wenqu.api.site import api

app_name = "api"
urlpatterns: list[URLPattern] = [
    path("", views.page, name="api-root"),
    path("openapi.json", views.openapi_json, name="openapi-json"),
]
for _pattern in api.urls[0]:
    if isinstance(_pattern, URLPattern) and _pattern.name != "api-root":
        _pattern.callback = through_door(_pattern.callback)
        urlpatterns.append(_pattern)
urlpatterns.append(re_path(r"^v1/.*$", through_door(no_such_address), name="no-such-address"))
