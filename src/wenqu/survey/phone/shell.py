"""What makes the page: its shell, its files, the service worker, how it is put on the start screen. Open to everybody, and the same for all."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wenqu.survey.phone.bundle import FOLDER, SHELL, File, bundle
from wenqu.survey.phone.door import accepts_gzip

IMMUTABLE = "public, max-age=31536000, immutable"
# Asked for again each time; what did not change is not sent again.
ASKED = "no-cache"
_DAY = "public, max-age=86400"
# As everywhere, and pictures that the page itself took.
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_POWERS = "camera=(self), geolocation=(self), microphone=()"
_ICONS = {"mark.svg": "image/svg+xml", "mark-192.png": "image/png", "mark-512.png": "image/png"}


@login_not_required
@require_safe
def shell(request: HttpRequest) -> HttpResponse:
    """The page. With the service worker it comes out of the phone itself."""
    return _page(_sent(request, bundle().shell, ASKED))


@login_not_required
@require_safe
def file(request: HttpRequest, version: str, name: str) -> HttpResponse:
    """A file of a version; of this server's version only, so that a page never gets files of two."""
    made = bundle()
    found = made.files.get(name) if version == made.version else None
    if found is None:
        raise Http404
    response = _sent(request, found, IMMUTABLE)
    return _page(response) if name == SHELL else response


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: another one as soon as any file of the page is another."""
    return _sent(request, File(bundle().worker.encode(), "text/javascript; charset=utf-8"), ASKED)


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What the phone needs to put the page on its start screen. One language: it is kept by the phone, not by who holds it."""
    start = reverse("phone-page:shell")
    with translation.override("zh-hans"):
        told = {
            "id": start, "start_url": start, "scope": start, "name": _("问渠 · 入户填报"), "short_name": _("问渠"), "lang": "zh-CN", "display": "standalone",
            "background_color": "#ffffff", "theme_color": "#0f5a78", "icons": list(_icons()),
        }
    return _sent(request, File(json.dumps(told, ensure_ascii=False).encode(), "application/manifest+json"), ASKED)


@login_not_required
@require_safe
def icon(request: HttpRequest, name: str) -> HttpResponse:
    if name not in _ICONS:
        raise Http404
    response = HttpResponse(_read(FOLDER / "icons" / name), content_type=_ICONS[name])
    response.headers["Cache-Control"] = _DAY
    return response


def _icons() -> list[dict[str, str]]:
    sizes = {"mark.svg": "any", "mark-192.png": "192x192", "mark-512.png": "512x512"}
    return [
        {"src": reverse("phone-page:icon", args=[name]), "type": kind, "sizes": sizes[name], "purpose": "any maskable" if name == "mark-512.png" else "any"}
        for name, kind in _ICONS.items()
    ]


@lru_cache(maxsize=8)
def _read(path: Path) -> bytes:
    return path.read_bytes()


def _sent(request: HttpRequest, file: File, keeping: str) -> HttpResponse:
    """Packed once for all, and by its tag not at all where the browser has it."""
    tag = f'W/"{file.integrity}"'
    if tag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
    elif accepts_gzip(request):
        response = HttpResponse(file.packed, content_type=file.kind)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(file.content, content_type=file.kind)
    for header, told in (("Cache-Control", keeping), ("ETag", tag), ("Vary", "Accept-Encoding")):
        response.headers[header] = told
    return response


def _page(response: HttpResponse) -> HttpResponse:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Permissions-Policy"] = _POWERS
    return response
