"""Figures for Prometheus."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from wenqu.operations import metrics
from wenqu.operations.permissions import may_watch


@login_not_required
@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """The figures; nothing is there for those who may not watch."""
    if not may_watch(request):
        raise Http404
    return HttpResponse(metrics.exposition(timezone.now()), content_type=metrics.CONTENT_TYPE)
