"""The specification, for programs and for people."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wenqu.api.reading import paragraphs_of, sections_of
from wenqu.api.site import api
from wenqu.places.permissions import needs


@lru_cache(maxsize=1)
def specification() -> dict[str, Any]:
    """The OpenAPI document. It is the same in every language and for everybody."""
    return dict(api.get_openapi_schema(path_prefix="/api/"))


@login_not_required
@require_safe
def openapi_json(request: HttpRequest) -> HttpResponse:
    return JsonResponse(specification(), json_dumps_params={"ensure_ascii": False})


@needs()
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The specification as a page of our own: no script and no style from anywhere else."""
    spec = specification()
    return render(request, "api/page.html", {"paragraphs": paragraphs_of(spec["info"]["description"]), "sections": sections_of(spec)})
