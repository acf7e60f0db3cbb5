"""The upload file: one reviewed result a line, in the layout of docs/quality-upload.md. Nothing else than reviewed results is in it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from wenqu.places.queries import names_of
from wenqu.places.scope import Area, below, within
from wenqu.quality.models import Result, ResultState, Verdict

LAYOUT = "wenqu-quality-1"
COLUMNS = (
    "layout", "place", "point_number", "point_name", "point_kind", "scheme_number", "scheme_class", "sample_number", "sample_role", "taken_at", "taken_by", "people",
    "item", "written", "sign", "value", "unit", "detection_limit", "method", "laboratory", "verdict", "limit", "clause", "standard", "reviewed_by", "reviewed_at",
)
# What a spreadsheet would take for a formula is written as text, but for a number below zero, such as a temperature. Programs that
# are set to Chinese take the wide signs for the same.
_FORMULA = re.compile(r"[=+@\t\r\n＝＋＠－]|-(?!\d+(\.\d+)?$)")


def upload_file(area: Area, path: str, first: date, last: date) -> tuple[bytes, int]:
    """The file (UTF-8 with its mark, commas, CRLF), and how many results are in it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    lines = list(_lines(area, path, first, last))
    writer.writerows([f"'{cell}" if _FORMULA.match(cell) else cell for cell in line] for line in lines)
    return text.getvalue().encode("utf-8-sig"), len(lines)


def _lines(area: Area, path: str, first: date, last: date) -> Iterator[tuple[str, ...]]:
    rows = within(Result.objects.filter(below(path), state=ResultState.REVIEWED), area).filter(
        sample__taken_at__date__gte=first, sample__taken_at__date__lte=last, sample__point__isnull=False)
    found = list(rows.select_related("sample__point__scheme", "laboratory", "settled_by").order_by("sample__taken_at", "sample_id", "item", "pk"))
    names = names_of({row.path for row in found})
    verdicts = {row.sample_id: row for row in Verdict.objects.filter(newest=True, sample__in={row.sample_id for row in found})}
    for row in found:
        sample, point, verdict = row.sample, row.sample.point, verdicts.get(row.sample_id)
        assert point is not None
        one: dict[str, Any] = next((each for each in verdict.items if each["result"] == row.pk), {}) if verdict else {}
        yield (
            LAYOUT, names.get(row.path, ""), point.number, "" if point.household_id else point.name, point.shape, point.scheme.number if point.scheme else "", sample.scheme_class,
            sample.number, sample.role, _moment(sample.taken_at), sample.taken_by_name, "" if sample.people is None else str(sample.people), row.item, row.written, row.sign,
            row.value, row.unit, row.detection, row.method, row.laboratory.name if row.laboratory else "", one.get("verdict", ""), one.get("limit", ""), one.get("clause", ""),
            verdict.pack_id if verdict else "", row.settled_by.name if row.settled_by else "", _moment(row.settled_at))


def _moment(at: datetime | None) -> str:
    return timezone.localtime(at).isoformat(timespec="minutes") if at is not None else ""
