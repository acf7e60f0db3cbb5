"""The fact of quality of a scheme or household: what its points together say on each day of sampling.

A point fails from an unfit item on until a later sample of that point was tested for this item and found fit: what a fit
sample was not tested for stays as it was. A subject fails as long as one of its points in use does. What was concluded of
an earlier day changes the later ones, so that the facts from that day on are gone through anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from wenqu.facts.actions import record_each, withdraw_record
from wenqu.facts.models import Key, SourceKind, SubjectKind
from wenqu.kit.audit import Actor
from wenqu.kit.days import day_of
from wenqu.quality.effects.subjects import subject_of
from wenqu.quality.models import Point, Verdict
from wenqu.rulebook.loader import load_pack
from wenqu.rulebook.model import LabResult
from wenqu.rulebook.quality.judging.editions import water_of

LAB = {"fit": LabResult.PASS, "unfit": LabResult.FAIL, "undetermined": LabResult.UNDETERMINED}


def settle_facts(*, point: Point, since: date, retired: Sequence[Verdict], by: Actor, at: datetime) -> bool:
    """Bring the facts of the point's subject from a day on to what the verdicts say that count now. Whether any changed."""
    kind, subject = subject_of(point)
    if kind == SubjectKind.DIVISION:
        return False  # the water of one school says nothing of its village
    told = [(row, "") for row in retired if row.record_id is not None and not row.newest]
    told += [(row, value) for row, value in values_of(standing_verdicts(point)) if _day(row) >= since and row.told != value]
    _tell(told, kind, subject, by, at)
    return bool(told)


def standing_verdicts(point: Point) -> list[Verdict]:
    """The verdicts that count of all points of a point's subject, the earliest sample first."""
    kind, subject = subject_of(point)
    own: dict[str, Any] = {"sample__point__scheme": None}
    if kind == SubjectKind.SCHEME:
        own = {"sample__point__scheme": subject}
    elif kind == SubjectKind.HOUSEHOLD:
        own |= {"sample__point__household": subject}
    else:
        own |= {"sample__point__household": None, "sample__point__division": subject}
    rows = Verdict.objects.filter(newest=True, **own).select_related("sample__point", "record").defer("missing", "words")
    return list(rows.order_by("sample__taken_at", "sample_id"))


def values_of(rows: Sequence[Verdict]) -> Iterator[tuple[Verdict, str]]:
    """Each verdict with what is known of the subject on its day. All verdicts of one day tell the same, or what is known would be
    what somebody reviewed last: that it fails, where anything does by its end, else what its last sample says."""
    failing: dict[int, set[str]] = {}
    ends = {row.sample.point_id: row.sample.point.to_on for row in rows if row.sample.point is not None}
    for day, group in groupby(rows, key=_day):
        of_day = list(group)
        for one in of_day:
            _follow(failing.setdefault(one.sample.point_id or 0, set()), one)
        fails = any(items and ((end := ends.get(point)) is None or end >= day) for point, items in failing.items())
        own = [said for one in of_day if (said := LAB.get(one.verdict)) not in (None, LabResult.FAIL)]
        value = str(LabResult.FAIL if fails else own[-1] if own else LabResult.PASS)
        for one in of_day:
            yield one, value if one.verdict in LAB else ""


def _follow(failing: set[str], row: Verdict) -> None:
    """What fails at a point after one more sample."""
    water = water_of(load_pack(row.pack_id))
    for one in row.items:
        item = one["item"]
        if one["verdict"] == "unfit":
            failing.add(item)
        elif one["verdict"] in ("fit", "follow_up") or one["reason"] == "other_disinfectant":
            failing.discard(item)
            # What is only looked for after a finding is not there where nothing was found.
            failing -= {key for key, each in water.items.items() if each.only_if == item}


def _tell(told: Sequence[tuple[Verdict, str]], kind: int, subject: int, by: Actor, at: datetime) -> None:
    """Each verdict tells another value: what it told before is withdrawn."""
    for row, value in told:
        if row.record is not None:
            withdraw_record(record=row.record, by=by, at=at)
        row.record, row.told = None, value
    saying = [row for row, value in told if value]
    rows = [(f"水质检测 {row.sample.number}", [(kind, subject, Key.LAB_RESULT, row.told, _day(row), row.sample.number)]) for row in saying]
    for row, record in zip(saying, record_each(source=SourceKind.LABORATORY, told=rows, by=by, at=at), strict=True):
        row.record = record
    Verdict.objects.bulk_update([row for row, _value in told], ["record", "told"], batch_size=500)


def _day(row: Verdict) -> date:
    assert row.sample.taken_at is not None
    return day_of(row.sample.taken_at)
