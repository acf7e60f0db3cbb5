"""Where somebody who must sign in first goes on afterwards: the page that was asked for, or the one that a form stood on."""

from __future__ import annotations

from urllib.parse import unquote_plus, urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from wenqu.kit.masking import cover


def without_numbers(address: str) -> str:
    """An address of ours to lead back to: without its query, or "/", where somebody's number stands in it."""
    for each in (address, address.split("?", 1)[0]):
        text = unquote_plus(each)
        if cover(text) == text:
            return each
    return "/"


def form_page(request: HttpRequest) -> str:
    """The page that a form or a fragment stood on, "" where it is not known or not ours."""
    came = urlsplit(request.headers.get("Referer", ""))
    path = f"{came.path}?{came.query}" if came.query else came.path
    return without_numbers(path) if came.netloc == request.get_host() and path.startswith("/") and not path.startswith("//") else ""


def sent_to(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser to a step of signing in that leads back here. What was posted cannot be posted again: its form can be opened again."""
    fragment = bool(request.headers.get("HX-Request"))
    back = without_numbers(request.get_full_path()) if request.method in {"GET", "HEAD"} and not fragment else form_page(request)
    if back and back != "/":
        url = f"{url}?{urlencode({'next': back}, safe='/')}"
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if fragment else redirect(url)
