"""A server of one answer: come by https. Runs beside pages that have a certificate of their own, on the port of http."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http.request import split_domain_port, validate_host

HTTPS_PORT = 443
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wenqu.settings")


def answer(environ: dict[str, Any], port: int, hosts: list[str]) -> tuple[str, list[tuple[str, str]]]:
    """Status and headers. Only to a host of ours: a redirect to whatever was asked would lead anywhere."""
    host, _port = split_domain_port(environ.get("HTTP_HOST", ""))
    if not host or not validate_host(host, hosts):
        return "400 Bad Request", []
    query = f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else ""
    path = environ.get("PATH_INFO", "/").encode("latin-1", "replace")
    where = f"{host}:{port}" if port != HTTPS_PORT else host
    return "301 Moved Permanently", [("Location", f"https://{where}{quote(path)}{query}")]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    status, headers = answer(environ, int(os.environ["WENQU_TO_HTTPS_PORT"]), settings.ALLOWED_HOSTS)
    start_response(status, [*headers, ("Content-Type", "text/plain"), ("Content-Length", "0")])
    return [b""]
