"""A sign of life for whoever watches the server: one word for everybody, the details for those who may watch."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from wenqu.operations import health
from wenqu.operations.permissions import may_watch


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 where pages work, else 503. JSON for those who ask for it."""
    found = health.look()
    status = 503 if found["status"] == "down" else 200
    if "application/json" not in request.headers.get("Accept", ""):
        return HttpResponse("down\n" if status == 503 else "ok\n", content_type="text/plain", status=status)
    if not may_watch(request):
        found = {"status": "down" if status == 503 else "ok"}
    return JsonResponse(found, status=status, json_dumps_params={"ensure_ascii": False})
