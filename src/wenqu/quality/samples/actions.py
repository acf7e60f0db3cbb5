"""The way of a sample: taken, handed over, received, voided. Every step is locked, checked, written down in its chain and in the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.kit import audit
from wenqu.kit.audit import Actor
from wenqu.kit.days import day_of
from wenqu.kit.plain_words import check_no_number
from wenqu.kit.refusal import Refused, check_same_request
from wenqu.places.models import Account
from wenqu.places.scope import Area
from wenqu.quality.holding import hold_counting, hold_samples
from wenqu.quality.models import STANDING as MAY_COUNT
from wenqu.quality.models import Custody, Result, ResultState, Sample, SampleState
from wenqu.quality.samples.conditions import conditions_of
from wenqu.quality.samples.lifecycle import STANDING, may_follow
from wenqu.quality.samples.measuring import rows_of, void_results, withdraw_measures, write_measures
from wenqu.quality.samples.permissions import check_can_receive, check_can_sample, check_can_void
from wenqu.quality.samples.queries import by_key, taken_by

COLDEST, HOTTEST = Decimal(-30), Decimal(60)


@dataclass(frozen=True, slots=True)
class Handed:
    """What is told of a hand-over: between whom, when, and how the bottles were."""

    on: datetime
    giver: str = ""
    taker: str = ""
    intact: bool | None = None
    temperature: Decimal | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Taking:
    """What is told of taking a sample. `disinfectant`: "" as the register has it. `measures`: item -> as it was read."""

    on: datetime
    disinfectant: str = ""
    words: str = ""
    measures: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def take_sample(*, sample: Sample, told: Taking, key: str, area: Area, by: Actor, at: datetime, instead: Mapping[str, Result] | None = None) -> Sample:
    """Water was taken: class, limits, disinfectant and people served are frozen as they were that day, and what was measured beside it
    is written. The same key once more gives the sample as it stands. `instead`: measurements that these correct."""
    (sample,) = hold_samples([sample.pk])
    check_can_sample(sample.path, area)
    if taken_by(sample) == key:
        return sample
    if by_key(key) is not None:
        check_same_request(by_key(key) == (sample.pk, SampleState.TAKEN))
    _check_step(sample, SampleState.TAKEN)
    _check_words(told.words, told.disinfectant)
    _check_moment(told.on, at)
    day = day_of(told.on)
    point = sample.point
    if point is not None:
        if day < point.from_on or (point.to_on is not None and day > point.to_on):
            raise Refused("not_in_use", _("这一天监测点没有启用，请核对采样时间"))
        stood = conditions_of(point, day)
        sample.scheme_class, sample.source_limited, sample.treatment_limited, sample.people = stood.scheme_class, stood.source_limited, stood.treatment_limited, stood.people
        sample.disinfectant = told.disinfectant.strip() or stood.disinfectant
    sample.taken_at, sample.taken_by, sample.taken_by_name = told.on, by if isinstance(by, Account) else None, by.name[:80]
    sample.state, sample.note = SampleState.TAKEN, told.words.strip()
    _save(sample)
    _chain(sample, SampleState.TAKEN, Handed(told.on, taker=by.name[:80], words=told.words.strip()[:200]), key, by, at)
    measured = write_measures(sample=sample, written=told.measures, key=key, by=by, at=at, instead=instead)
    audit.record(by=by, verb="take_sample", at=at, subject=f"sample:{sample.pk}", path=sample.path, detail={
        "number": sample.number, "taken_at": told.on.isoformat(), "measured": len(measured)})
    return sample


@transaction.atomic
def measure_sample(*, sample: Sample, measures: Mapping[str, str], key: str, area: Area, by: Actor, at: datetime, instead: Mapping[str, Result] | None = None) -> list[Result]:
    """What was measured in the field at a sample that was taken before."""
    (sample,) = hold_samples([sample.pk])
    check_can_sample(sample.path, area)
    if sample.state not in STANDING:
        raise Refused("not_taken", _("样品 %(number)s 还没有采，或者已经作废") % {"number": sample.number})
    rows = write_measures(sample=sample, written=measures, key=key, by=by, at=at, instead=instead)
    if rows:
        audit.record(by=by, verb="measure_sample", at=at, subject=f"sample:{sample.pk}", path=sample.path, detail={"number": sample.number, "measured": len(rows)})
    return rows


@transaction.atomic
def hand_over(*, samples: Sequence[Sample], told: Handed, key: str, area: Area, by: Actor, at: datetime) -> list[Sample]:
    """Samples pass from one hand to another on their way."""
    samples = hold_samples(sample.pk for sample in samples)
    for sample in samples:
        check_can_sample(sample.path, area)
    if not told.giver.strip() or not told.taker.strip():
        raise Refused("parties_missing", _("请写明交出人和接收人"))
    return _passed(samples, SampleState.HANDED_OVER, told, key, by, at)


@transaction.atomic
def receive(*, samples: Sequence[Sample], told: Handed, key: str, area: Area, by: Actor, at: datetime) -> list[Sample]:
    """The laboratory has them: with the seal and the temperature as they came. A seal that is broken is explained."""
    samples = hold_samples(sample.pk for sample in samples)
    for sample in samples:
        check_can_receive(sample.path, area)
    if told.intact is None:
        raise Refused("seal_missing", _("请写明封条是否完好"))
    if not told.intact and not told.words.strip():
        raise Refused("words_missing", _("封条破损的，请在说明中写清情况；不能检测的请作废"))
    if not told.taker.strip():
        raise Refused("parties_missing", _("请写明接收人"))
    return _passed(samples, SampleState.RECEIVED, told, key, by, at)


@transaction.atomic
def void_sample(*, sample: Sample, why: str, area: Area, by: Actor, at: datetime, key: str) -> Sample:
    """A bottle broke, was mixed up, came too late: it is tested no more. What was measured and not yet reviewed is void with it."""
    (sample,) = hold_samples([sample.pk])
    check_can_void(sample, area)
    if by_key(key) is not None:
        check_same_request(by_key(key) == (sample.pk, SampleState.VOIDED))
        return sample
    _check_step(sample, SampleState.VOIDED)
    if not why.strip():
        raise Refused("why_missing", _("请写明作废的原因"))
    check_no_number(why)
    if sample.results.filter(state=ResultState.REVIEWED).exists():
        raise Refused("has_results", _("这份样品已有审核过的检测结果，请先作废结果"))
    void_results(sample, why.strip()[:200], by, at)
    sample.state, sample.voided_why = SampleState.VOIDED, why.strip()[:200]
    _save(sample)
    _chain(sample, SampleState.VOIDED, Handed(at, words=sample.voided_why), key, by, at)
    audit.record(by=by, verb="void_sample", at=at, subject=f"sample:{sample.pk}", path=sample.path, detail={"number": sample.number})
    return sample


@transaction.atomic
def untake(*, keys: Iterable[str], by: Actor, at: datetime) -> tuple[list[Result], list[Sample]]:
    """The records that told of these takings stand no longer: what they measured counts no more, and a sample that nobody has passed
    on or tested waits to be taken again. One that went on stays taken. Returns what was withdrawn."""
    keys = list(keys)
    measured = Result.objects.filter(rows_of(keys)).values_list("sample", flat=True)
    told = Custody.objects.filter(step=SampleState.TAKEN, key__in=[one for key in keys for one in _takings(key)]).values_list("sample", flat=True)
    held = hold_counting({*measured, *told})
    results = withdraw_measures(keys=keys, why=_("采样记录已更正或不采用"), by=by, at=at)
    samples = []
    for sample in held:
        if sample.state == SampleState.TAKEN and taken_by(sample) in keys and not sample.results.filter(state__in=MAY_COUNT).exists():
            sample.state, sample.taken_at, sample.taken_by, sample.taken_by_name, sample.note = SampleState.PLANNED, None, None, "", ""
            sample.scheme_class, sample.source_limited, sample.treatment_limited, sample.disinfectant, sample.people = "", None, None, "", None
            _save(sample)
            _chain(sample, SampleState.PLANNED, Handed(at, words=_("采样记录已更正或不采用，待重新采样")), None, by, at)
            samples.append(sample)
    for path, pk in {(row.path, row.sample_id) for row in results} | {(row.path, row.pk) for row in samples}:
        audit.record(by=by, verb="withdraw_sampling", at=at, subject=f"sample:{pk}", path=path, detail={"measured": sum(row.sample_id == pk for row in results)})
    return results, samples


def _passed(rows: Sequence[Sample], step: SampleState, told: Handed, key: str, by: Actor, at: datetime) -> list[Sample]:
    _check_words(told.words, told.giver, told.taker)
    _check_moment(told.on, at)
    if told.temperature is not None and not COLDEST <= told.temperature <= HOTTEST:
        raise Refused("temperature_wrong", _("温度应在 %(low)s 到 %(high)s ℃ 之间，请核对") % {"low": COLDEST, "high": HOTTEST})
    if not rows:
        raise Refused("nothing_picked", _("请至少选择一份样品"))
    before = Custody.objects.filter(key__in=[f"{key}:{row.pk}" for row in rows])
    done = {row.sample_id for row in before}
    check_same_request(all(row.step == step for row in before))
    for row in rows:
        if row.pk in done:
            continue
        _check_step(row, step)
        last = row.custody.exclude(step=SampleState.PLANNED).order_by("-pk").first()
        if last is not None and told.on < last.at:
            raise Refused("before_last", _("样品 %(number)s 的交接时间早于上一环节，请核对") % {"number": row.number})
        row.state = step
        if step == SampleState.RECEIVED:
            row.received_at = told.on
        _save(row)
        _chain(row, step, told, f"{key}:{row.pk}", by, at)
        audit.record(by=by, verb="receive_sample" if step == SampleState.RECEIVED else "hand_over_sample", at=at, subject=f"sample:{row.pk}", path=row.path,
                     detail={"number": row.number, "intact": told.intact, "temperature": str(told.temperature or "")})
    return list(rows)


def _save(sample: Sample) -> None:
    sample.version += 1
    sample.save()


def _chain(sample: Sample, step: SampleState, told: Handed, key: str | None, by: Actor, at: datetime) -> None:
    if key is not None and Custody.objects.filter(key=key).exists():
        key = next(one for one in _takings(key) if not Custody.objects.filter(key=one).exists())
    Custody.objects.create(
        sample=sample, step=step, at=told.on, giver=told.giver.strip()[:80], taker=told.taker.strip()[:80], intact=told.intact, temperature=told.temperature,
        words=told.words.strip()[:200], by=by if isinstance(by, Account) else None, told_at=at, key=key)


def _takings(key: str) -> list[str]:
    """The keys of a record's takings: one that was left out and taken again has taken twice."""
    return [key, *(f"{key}#{again}" for again in range(2, 50))]


def _check_step(sample: Sample, step: SampleState) -> None:
    if not may_follow(step, sample.state):
        raise Refused("wrong_state", _("样品 %(number)s 现在是“%(state)s”，不能登记“%(step)s”") % {
            "number": sample.number, "state": sample.get_state_display(), "step": SampleState(step).label})


def _check_moment(on: datetime, at: datetime) -> None:
    if on > at:
        raise Refused("moment_to_come", _("时间不能晚于现在"))


def _check_words(*texts: str) -> None:
    for text in texts:
        check_no_number(text)
