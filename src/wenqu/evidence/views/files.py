"""The files of evidence: the original, the copy to look at, the small copy. Nothing of them to whoever does not see their subject."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase

from wenqu.evidence import opening, queries
from wenqu.evidence.stores import SMALL, VIEW
from wenqu.kit.looks import note_look
from wenqu.places.permissions import needs
from wenqu.places.rights import Right


@needs(Right.PROBLEMS, Right.UNIT_WORK)
def original(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file as it was received, with all that a camera wrote into it. Every download is written down."""
    evidence, path = queries.evidence_in(request.area, pk)  # type: ignore[attr-defined]
    answer = opening.original(evidence)
    note_look(request, "download_evidence", subject=f"evidence:{evidence.pk}", path=path, sha256=evidence.sha256, source=evidence.subject)
    return answer


@needs(Right.PROBLEMS, Right.UNIT_WORK)
def view(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A photo large enough to judge by. Every look is written down."""
    evidence, path = queries.evidence_in(request.area, pk)  # type: ignore[attr-defined]
    if not evidence.is_photo:
        raise Http404
    answer = opening.shown(evidence, VIEW)
    note_look(request, "view_evidence", subject=f"evidence:{evidence.pk}", path=path, source=evidence.subject)
    return answer


@needs(Right.PROBLEMS, Right.UNIT_WORK)
def small(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The small copy, part of a page that is itself written down."""
    evidence, _path = queries.evidence_in(request.area, pk)  # type: ignore[attr-defined]
    if not evidence.is_photo:
        raise Http404
    return opening.shown(evidence, SMALL)
