"""Enter results by hand, correct them by new rows, review them by a second person, return them with a reason, invalidate them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from wenqu.kit import audit
from wenqu.kit.plain_words import check_no_number
from wenqu.kit.refusal import Refused, check_same_request
from wenqu.places.models import Account
from wenqu.places.scope import Area
from wenqu.quality.holding import hold_counting, hold_samples
from wenqu.quality.models import STANDING, Laboratory, Opinion, Origin, Result, ResultState, Review, Sample
from wenqu.quality.results.counting import counted_changed
from wenqu.quality.results.deadlines import correction_due
from wenqu.quality.results.permissions import check_can_enter, check_can_review, check_is_second
from wenqu.quality.results.reading import Answer, read_answer
from wenqu.quality.results.writing import Source, new_row, replace, same_value, standing_of

Actor = Account | audit.Actor
_STATES = {Opinion.ACCEPT: ResultState.REVIEWED, Opinion.RETURN: ResultState.RETURNED, Opinion.INVALIDATE: ResultState.INVALID}
# What may be said of a result in which state: a reviewed one is corrected or invalidated, never returned.
_FROM = {Opinion.ACCEPT: (ResultState.ENTERED,), Opinion.RETURN: (ResultState.ENTERED,), Opinion.INVALIDATE: STANDING}


@transaction.atomic
def enter_results(
    *, sample: Sample, answers: Mapping[str, Answer], laboratory: Laboratory | None, key: str, area: Area, by: Actor, at: datetime, origin: Origin = Origin.HAND,
) -> list[Result]:
    """Enter what was found for items of a sample; blank ones are left out. All or nothing; the same key once more gives the first."""
    (sample,) = hold_samples([sample.pk])
    check_can_enter(sample, area)
    earlier = list(Result.objects.filter(key__startswith=f"{key}.").order_by("pk"))
    if earlier:
        check_same_request(all((row.sample_id, row.entered_by_id, row.instead_of_id) == (sample.pk, by.pk, None) for row in earlier))
        return earlier
    _check_laboratory(laboratory, sample)
    entries = [entry for item, answer in answers.items() if (entry := read_answer(item, answer)) is not None]
    if not entries:
        raise Refused("nothing_entered", _("请至少填写一项结果"))
    standing = standing_of([sample.pk])
    if any((sample.pk, entry.item) in standing for entry in entries):
        raise Refused("has_result", _("有的指标已经有结果了，请刷新后再填；要改的请用“更正”"))
    source = Source(origin, key, by, at, laboratory)
    rows = Result.objects.bulk_create([new_row(sample, entry, source) for entry in entries])
    _record("enter_results", sample, by, at, {"items": [entry.item for entry in entries], "origin": origin.value})
    return rows


@transaction.atomic
def correct_result(*, result: Result, version: int, answer: Answer, why: str, key: str, area: Area, by: Actor, at: datetime) -> Result:
    """Put another value in the place of a result, as a new row that waits for review; the old one stays readable and counts no more."""
    (sample,) = hold_counting([result.sample_id])
    check_can_enter(sample, area)
    earlier = Result.objects.filter(key__startswith=f"{key}.").first()
    if earlier is not None:
        check_same_request((earlier.instead_of_id, earlier.entered_by_id) == (result.pk, by.pk))
        return earlier
    old = _current(sample, {result.pk: version}, STANDING)[0]
    why = _reason(why)
    entry = read_answer(old.item, answer)
    if entry is None:
        raise Refused("nothing_entered", _("请填写更正后的结果；没有做这一项的请作废"))
    if same_value(old, entry) and old.state != ResultState.RETURNED:
        raise Refused("nothing_changed", _("和原来的结果一样，没有更正"))
    counts = old.state == ResultState.REVIEWED
    replace([old])
    row = new_row(sample, entry, Source(Origin.HAND, key, by, at, old.laboratory), instead_of=old, why=why)
    row.save(force_insert=True)
    _record("correct_result", sample, by, at, {"item": old.item, "result": old.pk})
    if counts:
        counted_changed(sample, by, at)
    return row


@transaction.atomic
def review_results(*, sample: Sample, picked: Mapping[int, int], key: str, area: Area, by: Actor, at: datetime) -> list[Result]:
    """Accept results (key -> version as shown) after somebody else entered them: they count from now on."""
    return _settle("review_results", sample, picked, Opinion.ACCEPT, "", key, area, by, at)


@transaction.atomic
def return_results(*, sample: Sample, picked: Mapping[int, int], why: str, key: str, area: Area, by: Actor, at: datetime) -> list[Result]:
    """Send results back with a reason; they are due corrected within the plan's limit."""
    return _settle("return_results", sample, picked, Opinion.RETURN, _reason(why), key, area, by, at)


@transaction.atomic
def invalidate_results(*, sample: Sample, picked: Mapping[int, int], why: str, key: str, area: Area, by: Actor, at: datetime) -> list[Result]:
    """Let results count no more, for a reason; their values stay readable."""
    return _settle("invalidate_results", sample, picked, Opinion.INVALIDATE, _reason(why), key, area, by, at)


def _settle(verb: str, sample: Sample, picked: Mapping[int, int], opinion: Opinion, why: str, key: str, area: Area, by: Actor, at: datetime) -> list[Result]:
    (sample,) = hold_counting([sample.pk])
    check_can_review(sample, area)
    earlier = list(Review.objects.filter(key__startswith=f"{key}.").select_related("result").order_by("pk"))
    if earlier:
        check_same_request(all((one.result.sample_id, one.opinion, one.by_id) == (sample.pk, opinion, by.pk) for one in earlier))
        check_same_request({one.result_id for one in earlier} == set(picked))
        return [one.result for one in earlier]
    rows = _current(sample, picked, _FROM[opinion])
    due = correction_due(sample, at) if opinion == Opinion.RETURN else None
    counts = opinion == Opinion.ACCEPT or any(row.state == ResultState.REVIEWED for row in rows)
    for row in rows:
        check_is_second(row, sample, by)
        _put(row, opinion, due, by, at)
    Result.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=_STATES[opinion], settled_by_id=by.pk, settled_at=at, due_on=due, version=F("version") + 1)
    Review.objects.bulk_create(Review(result=row, opinion=opinion, why=why, due_on=due, by_id=by.pk, at=at, key=f"{key}.{row.pk}") for row in rows)
    _record(verb, sample, by, at, {"items": [row.item for row in rows]})
    if counts:
        counted_changed(sample, by, at)
    return rows


def _put(row: Result, opinion: Opinion, due: date | None, by: Actor, at: datetime) -> None:
    row.state, row.due_on, row.version = _STATES[opinion], due, row.version + 1
    row.settled_by_id, row.settled_at = by.pk, at


def _current(sample: Sample, picked: Mapping[int, int], states: tuple[ResultState, ...]) -> list[Result]:
    """The results as they were shown; refused where somebody was faster."""
    if not picked:
        raise Refused("nothing_picked", _("请至少选择一项结果"))
    rows = list(Result.objects.select_for_update(of=("self",), no_key=True).filter(sample=sample, pk__in=picked).select_related("laboratory", "delivery").order_by("pk"))
    if len(rows) != len(picked) or any(row.version != picked[row.pk] or row.state not in states for row in rows):
        raise Refused("changed_meanwhile", _("这些结果刚刚被别人处理过，请刷新后再看"))
    return rows


def _reason(why: str) -> str:
    why = why.strip()
    if not why:
        raise Refused("why_missing", _("请写明原因"))
    check_no_number(why)
    return why[:200]


def _check_laboratory(laboratory: Laboratory | None, sample: Sample) -> None:
    if laboratory is not None and laboratory.county_id != sample.county_id:
        raise Refused("laboratory_elsewhere", _("这家检测机构不在本县的名单里，请重新选择"))


def _record(verb: str, sample: Sample, by: Actor, at: datetime, detail: dict[str, object]) -> None:
    audit.record(by=by, verb=verb, at=at, subject=f"sample:{sample.pk}", path=sample.path, detail={"count": len(detail.get("items", (1,))), **detail})  # type: ignore[arg-type]
