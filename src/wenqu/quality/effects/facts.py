"""The fact of quality of a scheme or household: what its points together say on each day of sampling.

A point fails from an unfit item on until a later sample of that point was tested for this item and found fit: what a fit
sample was not tested for stays as it was. A subject fails as long as one of its points in use does. What was concluded of
an earlier day changes the later ones, so that the facts from that day on are gone through anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from wenqu.facts.actions import record_each, withdraw_record
from wenqu.facts.models import Key, SourceKind, SubjectKind
from wenqu.kit.audit import Actor
from wenqu.kit.bulk import update_rows
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
    told += [(row, value) for row, value in known_since(point, since) if row.told != value]
    _tell(told, kind, subject, by, at)
    return bool(told)


def _standing(point: Point) -> QuerySet[Verdict]:
    """The verdicts that count of all points of a point's subject, the earliest sample first."""
    kind, subject = subject_of(point)
    own: dict[str, Any] = {"sample__point__scheme": None}
    if kind == SubjectKind.SCHEME:
        own = {"sample__point__scheme": subject}
    elif kind == SubjectKind.HOUSEHOLD:
        own |= {"sample__point__household": subject}
    else:
        own |= {"sample__point__household": None, "sample__point__division": subject}
    return Verdict.objects.filter(newest=True, **own).order_by("sample__taken_at", "sample_id")


def known_since(point: Point, since: date) -> Iterator[tuple[Verdict, str]]:
    """Each verdict of the point's subject from a day on, the earliest first, with what is known on its day."""
    rows = _standing(point).filter(sample__taken_at__gte=_start(since)).select_related("sample__point", "record").defer("missing", "words")
    return values_of(list(rows), failing_before(point, since))


def failing_before(point: Point, since: date) -> dict[int, Failing]:
    """What failed at each point before a day. Only points where something ever did are gone through, and without their rows."""
    before = _standing(point).filter(sample__taken_at__lt=_start(since))
    ends = dict(before.filter(verdict="unfit").order_by().values_list("sample__point", "sample__point__to_on"))
    found = {key: Failing(end) for key, end in ends.items()}
    for key, items, pack_id in before.filter(sample__point__in=list(ends)).values_list("sample__point", "items", "pack_id").iterator():
        _follow(found[key].items, items, pack_id)
    return found


@dataclass
class Failing:
    """What fails at a point, and until when it is in use."""

    end: date | None
    items: set[str] = field(default_factory=set)


def values_of(rows: Sequence[Verdict], failing: dict[int, Failing]) -> Iterator[tuple[Verdict, str]]:
    """Each verdict with what is known of the subject on its day. All verdicts of one day tell the same, or what is known would be
    what somebody reviewed last: that it fails, where anything does by its end, else what its last sample says."""
    for day, group in groupby(rows, key=_day):
        of_day = list(group)
        for one in of_day:
            point = one.sample.point
            assert point is not None
            _follow(failing.setdefault(point.pk, Failing(point.to_on)).items, one.items, one.pack_id)
        fails = any(one.items and (one.end is None or one.end >= day) for one in failing.values())
        own = [said for one in of_day if (said := LAB.get(one.verdict)) not in (None, LabResult.FAIL)]
        value = str(LabResult.FAIL if fails else own[-1] if own else LabResult.PASS)
        for one in of_day:
            yield one, value if one.verdict in LAB else ""


def _follow(failing: set[str], items: Sequence[Mapping[str, Any]], pack_id: str) -> None:
    """What fails at a point after one more sample."""
    water = water_of(load_pack(pack_id))
    for one in items:
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
    update_rows(Verdict, ("record_id", "told"), ((row.record and row.record.pk, row.told, row.pk) for row, _value in told))


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _day(row: Verdict) -> date:
    assert row.sample.taken_at is not None
    return day_of(row.sample.taken_at)
