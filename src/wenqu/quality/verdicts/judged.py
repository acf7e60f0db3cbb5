"""One sample judged from its counted results, without writing anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
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


def counted_of(samples: Iterable[Sample]) -> dict[int, list[Result]]:
    """sample -> the results of it that count: the reviewed ones of those that are judged, of items that a standard knows (the
    temperature of the water is none). One query."""
    found: dict[int, list[Result]] = defaultdict(list)
    keys = [sample.pk for sample in samples if is_judged(sample)]
    for row in Result.objects.filter(sample__in=keys, state=ResultState.REVIEWED, item__in=item_names()).order_by("sample", "item", "pk"):
        found[row.sample_id].append(row)
    return found


def waiting_of(samples: Iterable[int]) -> set[int]:
    """Those of samples of which a result waits for review or correction. One query."""
    return set(Result.objects.filter(sample__in=list(samples), state__in=WAITING).values_list("sample", flat=True))


def judged(sample: Sample, rows: Sequence[Result], *, waits: bool) -> Judged | None:
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
    if verdict.verdict != Verdict.UNFIT and (waits or _field_alone(sample, rows)):
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
