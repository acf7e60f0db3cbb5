"""Ask what would be, and put down what came out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.jobs.actions import submit_job
from wenqu.jobs.models import Job
from wenqu.kit import audit
from wenqu.kit.bulk import insert_rows
from wenqu.kit.days import day_of
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account, Division
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right
from wenqu.places.scope import Area
from wenqu.rulebook.model import Head
from wenqu.rulebook.watch.judging import JudgingPack
from wenqu.watch.judging.permissions import check_can_judge_county
from wenqu.watch.models import Crosser, Scenario
from wenqu.watch.models.scenarios import WHAT_IF_JOB
from wenqu.watch.whatif.packs import packs_of, value_of, with_changes
from wenqu.watch.whatif.working import line_assumed, work_out


@transaction.atomic
def ask(
    *, county: Division, kind: str, pack: Head, changes: Sequence[dict[str, Any]], name: str, as_of: date, key: str, area: Area, by: Account, at: datetime,
) -> Scenario:
    """Keep a what-if and queue its working out. The same request again gives the same one."""
    check_can_judge_county(county, area)
    if as_of > day_of(at):
        raise Refused("date_in_future", _("基准日不能晚于今天"))
    list(Division.objects.select_for_update(no_key=True).filter(pk=county.pk).values_list("pk"))
    known = Scenario.objects.filter(key=key).first()
    if known is not None:
        if (known.division_id, known.made_by_id) != (county.pk, by.pk):
            raise Refused("key_used", _("这个请求编号已用于另一次推演，请刷新页面后重新提交"))
        return known
    after = with_changes(pack, {each["key"]: value_of(each["after"]) for each in changes})
    for one in (pack, after):
        if isinstance(one, JudgingPack):
            # Without any line there is nothing to hold against: said at once, not by a failed job.
            line_assumed(one, county.path, as_of)
    scenario = Scenario.objects.create(
        division=county, path=county.path, kind=kind, name=name, pack_id=pack.id, pack_title=pack.zh, digest=pack.digest, text=pack.text, changes=list(changes),
        as_of=as_of, made_by=by, made_at=at, key=key)
    job = submit_job(kind=WHAT_IF_JOB, args={"scenario": scenario.pk}, title=_("规则推演 {name}").format(name=name), path=county.path, by=by, at=at)
    Scenario.objects.filter(pk=scenario.pk).update(job=job)
    audit.record(by=by, verb="ask_what_if", at=at, subject=f"scenario:{scenario.pk}", path=county.path, detail={"pack": pack.id, "changes": [each["key"] for each in changes]})
    scenario.job = job
    return scenario


def work_scenario(*, scenario: Scenario, area: Area, by: Account | audit.Actor, at: datetime, progress: Callable[[int, int], None] | None = None, job: Job | None = None) -> None:
    """Work out a what-if on the register of now. Run again, it puts the newer answer in the place of the older."""
    check_may(Right.WATCH_RULES, scenario.path, area)
    begun = time.perf_counter()
    before, after = packs_of(scenario)
    found = work_out(before, after, path=scenario.path, as_of=scenario.as_of, until=at, progress=progress or (lambda done, total: None))
    seconds = round(time.perf_counter() - begun, 2)
    with transaction.atomic():
        Crosser.objects.filter(scenario=scenario).delete()
        insert_rows(Crosser, ("scenario_id", "household_id", "path", "cause", "before", "after", "crossing"), ((scenario.pk, *row) for row in found.crossers))
        Scenario.objects.filter(pk=scenario.pk).update(
            done_at=at, households=found.households, seconds=seconds, totals=found.totals, counts=found.counts)
        audit.record(by=by, verb="work_what_if", at=at, subject=f"scenario:{scenario.pk}", path=scenario.path,
                     detail={"households": found.households, "cross": len(found.crossers)})
        if job is not None:
            Job.objects.filter(pk=job.pk).update(message=f"scenario:{scenario.pk}")
