"""The fact of quality of a scheme or household: what its points together say on each day of sampling.

A point fails from an unfit item on until a later sample of that point was tested for this item and found fit: what a fit
sample was not tested for stays as it was. A subject fails as long as one of its points in use does. What was concluded of
an earlier day changes the later ones, so that the facts from that day on are gone through anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from wenqu.facts.actions import record_facts, withdraw_record
from wenqu.facts.models import Key, SourceKind, SubjectKind
from wenqu.kit.audit import Actor
from wenqu.kit.days import day_of
from wenqu.quality.effects.subjects import subject_of
from wenqu.quality.models import Point, Verdict
from wenqu.rulebook.loader import load_pack
from wenqu.rulebook.model import LabResult
from wenqu.rulebook.quality.judging.editions import water_of

LAB = {"fit": LabResult.PASS, "unfit": LabResult.FAIL, "undetermined": LabResult.UNDETERMINED}


def settle_facts(*, point: Point, since: date, retired: Verdict | None, by: Actor, at: datetime) -> bool:
    """Bring the facts of the point's subject from a day on to what the verdicts say that count now. Whether any changed."""
    kind, subject = subject_of(point)
    if kind == SubjectKind.DIVISION:
        return False  # the water of one school says nothing of its village
    changed = False
    if retired is not None and retired.record_id is not None and not retired.newest:
        changed = _tell(retired, "", kind, subject, by, at)
    for row, value in values_of(standing_verdicts(point)):
        if _day(row) >= since and row.told != value:
            changed |= _tell(row, value, kind, subject, by, at)
    return changed


def value_of(point: Point, verdict: Verdict) -> str:
    """What a verdict leaves of the point's subject on its day: of a village without any fact, whether one of its schools still fails."""
    if subject_of(point)[0] != SubjectKind.DIVISION:
        return verdict.told
    return next((value for row, value in values_of(standing_verdicts(point)) if row.pk == verdict.pk), "")


def standing_verdicts(point: Point) -> list[Verdict]:
    """The verdicts that count of all points of a point's subject, the earliest sample first."""
    kind, subject = subject_of(point)
    own: dict[str, int | None] = {"sample__point__scheme": None}
    if kind == SubjectKind.SCHEME:
        own = {"sample__point__scheme": subject}
    elif kind == SubjectKind.HOUSEHOLD:
        own |= {"sample__point__household": subject}
    else:
        own |= {"sample__point__household": None, "sample__point__division": subject}
    rows = Verdict.objects.filter(newest=True, **own).select_related("sample__point", "record")
    return list(rows.order_by("sample__taken_at", "sample_id"))


def values_of(rows: Sequence[Verdict]) -> Iterator[tuple[Verdict, str]]:
    """Each verdict with what is known of the subject on its day. Verdicts of one day are one another's neighbours: all of them count."""
    failing: dict[int, set[str]] = {}
    ends = {row.sample.point_id: row.sample.point.to_on for row in rows if row.sample.point is not None}
    for index, row in enumerate(rows):
        day = _day(row)
        for one in rows[index:] if index == 0 or _day(rows[index - 1]) != day else ():
            if _day(one) != day:
                break
            _follow(failing.setdefault(one.sample.point_id or 0, set()), one)
        own = LAB.get(row.verdict)
        fails = any(items and ((end := ends.get(point)) is None or end >= day) for point, items in failing.items())
        yield row, "" if own is None else str(LabResult.FAIL if fails else own)


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


def _tell(row: Verdict, value: str, kind: int, subject: int, by: Actor, at: datetime) -> bool:
    if row.record is not None:
        withdraw_record(record=row.record, by=by, at=at)
    row.record, row.told = None, value
    if value:
        sample = row.sample
        row.record = record_facts(
            source=SourceKind.LABORATORY, title=f"水质检测 {sample.number}", batch=None, by=by, at=at,
            facts=[(kind, subject, Key.LAB_RESULT, value, _day(row), sample.number)])
    row.save(update_fields=["record", "told"])
    return True


def _day(row: Verdict) -> date:
    assert row.sample.taken_at is not None
    return day_of(row.sample.taken_at)
