"""Tell something of a household, take it back, judge again, let a better colour stand, judge a county."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.households.holding import hold
from wenqu.households.models import Household, Member
from wenqu.jobs.actions import submit_job
from wenqu.jobs.models import Job
from wenqu.kit import audit
from wenqu.kit.days import day_of
from wenqu.kit.plain_words import check_no_number
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account, Division
from wenqu.places.scope import Area
from wenqu.watch.judging.county import judge_columns
from wenqu.watch.judging.deciding import decide, store
from wenqu.watch.judging.known import day_for
from wenqu.watch.judging.permissions import check_can_judge_county, check_can_tell
from wenqu.watch.judging.rules import Rules, rules_at
from wenqu.watch.models import HouseFact, IncomeItem, WatchGrade, WatchMove, WatchRun
from wenqu.watch.models.judged import WATCH_JUDGE_JOB


@dataclass(frozen=True)
class ItemTold:
    """One income, cost or spending as it is told; an amount of None is not known."""

    kind: str
    first: int
    last: int
    amount_fen: int | None
    together: bool | None = True
    member: Member | None = None


@transaction.atomic
def tell(
    *, household: Household, facts: dict[str, str], items: Sequence[ItemTold], source: str, observed_on: date, key: str, area: Area, by: Account, at: datetime,
) -> bool:
    """Write down what was told of a household and judge it at once. False where this request was taken before.

    `facts` are canonical texts by column (`asked.canonical`). Where nothing may be judged by it is kept all the same.
    """
    household = hold(household.pk)
    check_can_tell(household, area)
    check_no_number(source)
    if observed_on > day_of(at):
        raise Refused("date_in_future", _("了解情况的日期不能晚于今天"))
    keys = [f"{key}:{number}" for number in range(len(facts) + len(items))]
    done = HouseFact.objects.filter(key__in=keys).first() or IncomeItem.objects.filter(key__in=keys).first()
    if done is not None:
        if (done.household_id, done.by_id) != (household.pk, by.pk):
            raise Refused("key_used", _("这个请求编号已用于另一次登记，请刷新页面后重新提交"))
        return False
    common: dict[str, Any] = {"household": household, "source": source, "observed_on": observed_on, "by": by, "at": at}
    for (name, value), own in zip(facts.items(), keys, strict=False):
        HouseFact.objects.create(name=name, value=value, key=own, **common)
    for item, own in zip(items, keys[len(facts):], strict=True):
        _check_months(item)
        IncomeItem.objects.create(
            kind=item.kind, first=item.first, last=item.last, amount="" if item.amount_fen is None else str(item.amount_fen), together=item.together,
            member=item.member, key=own, **common)
    detail = {"facts": sorted(facts), "items": len(items)}
    audit.record(by=by, verb="tell_watch", at=at, subject=f"household:{household.pk}", path=household.path, detail=detail)
    _again(household, _("登记了新情况"), by, at)
    return True


@transaction.atomic
def withdraw(*, row: HouseFact | IncomeItem, area: Area, by: Account, at: datetime) -> None:
    """Take back something told wrongly; it stays readable. The household is judged again at once."""
    household = hold(row.household_id)
    check_can_tell(household, area)
    taken = type(row).objects.filter(pk=row.pk, withdrawn_at=None).update(withdrawn_at=at, withdrawn_by=by)
    if not taken:
        raise Refused("already_withdrawn", _("这条登记已经撤回"))
    audit.record(by=by, verb="withdraw_watch", at=at, subject=f"household:{household.pk}", path=household.path,
                 detail={"row": row.pk, "what": row._meta.model_name})
    _again(household, _("撤回了一条登记"), by, at)


@transaction.atomic
def judge_again(*, household: Household, reason: str, by: audit.Actor, at: datetime) -> bool:
    """Judge one household from what is known now; True where its conclusion moved. Where no rules are in force nothing changes."""
    household = hold(household.pk)
    moved = _again(household, reason, by, at)
    if moved:
        audit.record(by=by, verb="judge_watch_again", at=at, subject=f"household:{household.pk}", path=household.path, detail={"reason": reason})
    return moved


@transaction.atomic
def let_stand(*, household: Household, shown: str, area: Area, by: Account, at: datetime) -> None:
    """Let the better colour of a household stand after a review. `shown` is the colour that the page showed."""
    household = hold(household.pk)
    check_can_tell(household, area)
    row = WatchGrade.objects.filter(household=household).first()
    if row is None or row.grade == row.stands:
        raise Refused("nothing_waits", _("这户没有等待复核的等级变动"))
    if row.grade != shown:
        raise Refused("changed_meanwhile", _("这户的等级已经有了新的变化，请看过最新情况再复核"))
    WatchGrade.objects.filter(pk=row.pk).update(stands=row.grade)
    WatchMove.objects.create(
        household=household, path=household.path, edition_id=row.edition_id, before=row.object, after=row.object, stood=row.stands, stands=row.grade,
        reason=_("复核同意"), by=by, at=at)
    audit.record(by=by, verb="let_colour_stand", at=at, subject=f"household:{household.pk}", path=household.path, detail={"stood": row.stands, "stands": row.grade})


@transaction.atomic
def submit_run(*, division: Division, as_of: date, area: Area, by: Account, at: datetime) -> Job:
    """Queue a judging of a county. `Refused` without the right, outside the area, or where no rules or no line are in force."""
    check_can_judge_county(division, area)
    if as_of > day_of(at):
        raise Refused("date_in_future", _("研判基准日不能晚于今天"))
    rules = rules_at(division.path, as_of)
    title = _("监测研判 {place} {pack} {day}").format(place=division.name, pack=rules.pack.zh, day=as_of)
    return submit_job(kind=WATCH_JUDGE_JOB, args={"division": division.pk, "as_of": as_of.isoformat()}, title=title, path=division.path, by=by, at=at)


def judge_county(
    *, division: Division, as_of: date, area: Area, by: Account | audit.Actor, at: datetime, progress: Callable[[int, int], None] | None = None, job: Job | None = None,
) -> WatchRun:
    """Judge all households of a county by the rules in force on a day, from what was told by `at`."""
    check_can_judge_county(division, area)
    return judge_columns(division=division, rules=rules_at(division.path, as_of), by=by, at=at, progress=progress or (lambda done, total: None), job=job)


def _again(household: Household, reason: str, by: audit.Actor, at: datetime) -> bool:
    rules = _rules_or_none(household, day_for(household, day_of(at)))
    return rules is not None and store(decide(household, rules, as_of=day_of(at), until=at), reason=reason, by=by, at=at)


def _rules_or_none(household: Household, day: date) -> Rules | None:
    try:
        return rules_at(household.path, day)
    except Refused as refusal:
        # The page says why nothing is judged; what was told is kept.
        refusal.asked = True
        return None


def _check_months(item: ItemTold) -> None:
    for month in (item.first, item.last):
        if not 190001 <= month <= 299912 or not 1 <= month % 100 <= 12:
            raise Refused("bad_months", _("月份应写成 2026-03 的样子"))
    if item.last < item.first:
        raise Refused("bad_months", _("截止月份早于起始月份"))
