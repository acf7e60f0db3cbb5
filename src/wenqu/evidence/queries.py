"""Reads of evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from wenqu.evidence.models import Evidence, Kind
from wenqu.evidence.sight import subject_seen
from wenqu.places.queries import missing_row
from wenqu.places.scope import Area


def evidence_of(subject: str) -> list[Evidence]:
    """What proves something about a subject, oldest first; the caller has seen that the subject lies in the area.

    Each row has `used_before`: its photo had already been handed in for another subject when it came. Two queries.
    """
    return evidence_of_each([subject])[subject]


def evidence_of_each(subjects: Iterable[str]) -> dict[str, list[Evidence]]:
    """The same for several subjects at once, with as many queries. A subject without any has an empty list."""
    rows = Evidence.objects.filter(subject__in=list(subjects)).select_related("by").order_by("pk")
    found: dict[str, list[Evidence]] = defaultdict(list)
    for row in rows:
        found[row.subject].append(row)
    _mark_reuse([row for each in found.values() for row in each])
    return found


def _mark_reuse(rows: list[Evidence]) -> None:
    """Documents may rightly prove several things (one contract, many repairs); a photo shows one place at one moment."""
    photos = {row.sha256 for row in rows if row.kind == Kind.PHOTO}
    first: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for sha256, pk, subject in Evidence.objects.filter(sha256__in=photos).values_list("sha256", "pk", "subject") if photos else ():
        first[sha256].append((pk, subject))
    for row in rows:
        row.used_before = any(pk < row.pk and subject != row.subject for pk, subject in first[row.sha256])  # type: ignore[attr-defined]


def evidence_in(area: Area, pk: int) -> tuple[Evidence, str]:
    """The evidence and the path where what it is about lies now; or 404 where it does not exist or is about nothing that
    somebody with this area sees. `Evidence.path` does not say: it is where the subject lay when the file was handed in."""
    row = Evidence.objects.filter(pk=pk).first()
    path = subject_seen(row.subject, area) if row is not None else None
    if row is None or path is None:
        raise missing_row(Evidence, pk, "evidence")
    return row, path
