"""One sample judged from its counted results, without writing anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from wenqu.kit.days import day_of
from wenqu.quality.models import JUDGED, Origin, Result, ResultState, Sample, SampleState
from wenqu.quality.verdicts.asked import result_asked, sample_asked
from wenqu.rulebook.loader import load_pack, pack_ids
from wenqu.rulebook.model import Pack
from wenqu.rulebook.quality.judging import EditionMissing, SampleVerdict, Verdict, edition_for, judge_sample
from wenqu.rulebook.quality.judging.editions import first_day, water_of
from wenqu.rulebook.quality.results.naming import item_names

WAITING = (ResultState.ENTERED, ResultState.RETURNED)


@dataclass(frozen=True)
class Judged:
    """What a sample's results come to, by which edition."""

    verdict: SampleVerdict
    pack: Pack


def is_judged(sample: Sample) -> bool:
    """Water of a point that was taken; blanks, parallels and spikes are measures of the work and never judged as water."""
    return sample.role in JUDGED and sample.state != SampleState.VOIDED and sample.taken_at is not None and sample.point_id is not None


def counted(sample: Sample) -> list[Result]:
    """The results that count: the reviewed ones, of items that a standard knows. The temperature of the water is none."""
    rows = sample.results.filter(state=ResultState.REVIEWED, item__in=item_names())
    return list(rows.order_by("item", "pk")) if is_judged(sample) else []


def judged(sample: Sample, rows: Sequence[Result]) -> Judged | None:
    """The verdict, where there is one to be given: when nothing of the sample waits for review any more, or what counts is unfit already.
    What was measured in the field says nothing good of water whose other items the laboratory has not told yet."""
    if not rows or sample.taken_at is None:
        return None
    try:
        pack = edition_for(day_of(sample.taken_at), _editions())
    except EditionMissing:
        return None
    water = water_of(pack)
    verdict = judge_sample(pack, sample_asked(sample, water), [result_asked(row, water) for row in rows])
    if verdict.verdict != Verdict.UNFIT and (_field_alone(sample, rows) or sample.results.filter(state__in=WAITING).exists()):
        return None
    return Judged(verdict, pack)


def first_edition() -> date:
    """The day from which there is a standard to judge by."""
    return min(first_day(pack.in_force) for pack in _editions())


def _editions() -> list[Pack]:
    return [load_pack(name) for name in pack_ids("water-limits")]


def _field_alone(sample: Sample, rows: Sequence[Result]) -> bool:
    """Whether the laboratory is still asked for something and has told nothing."""
    return all(row.origin == Origin.FIELD for row in rows) and not set(sample.items) <= {row.item for row in rows}
