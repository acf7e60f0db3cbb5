from typing import Any

from django.apps import AppConfig


class WatchConfig(AppConfig):
    name = "wenqu.watch"
    label = "watch"
    verbose_name = "防返贫监测"

    def ready(self) -> None:
        from wenqu.jobs.kinds import offer_kind
        from wenqu.kit.registry import Panel, offer_hold, offer_panel
        from wenqu.kit.rounds import Round, offer_round
        from wenqu.places.rights import Right
        from wenqu.watch.courses import sight
        from wenqu.watch.helping import panels as helping
        from wenqu.watch.holding import holds
        from wenqu.watch.judging import keeping, showing
        from wenqu.watch.listing import panels, todos
        from wenqu.watch.models.judged import WATCH_JUDGE_JOB
        from wenqu.watch.models.scenarios import WHAT_IF_JOB
        from wenqu.watch.national import offering as national

        offer_panel(Panel("household", 25, "watch/_household.html", panels.watch_of_household))
        offer_hold(holds)
        sight.offer()
        todos.offer()
        helping.offer()
        national.offer()
        offer_kind(WATCH_JUDGE_JOB, judge_job, Right.WATCH_RULES)
        offer_kind(WHAT_IF_JOB, what_if_job, Right.WATCH_RULES)
        offer_panel(Panel("household", 27, "watch/_judging.html", showing.panel))
        offer_round(Round("watch_judging", keeping.EVERY_SECONDS, lambda at, going_on: keeping.tick(at=at, going_on=going_on)))


def judge_job(job: Any, progress: Any) -> None:
    """The job kind «watch_judge»: args {"division": pk, "as_of": ISO day}; tells the run in its message.

    Refused where its person may not judge there any more. Run again after its worker was killed, it makes no second run where the first was stored.
    """
    from datetime import date

    from django.utils import timezone

    from wenqu.kit.audit import SYSTEM
    from wenqu.places.models import Division
    from wenqu.places.scope import EVERYWHERE, area_of
    from wenqu.watch.judging.actions import judge_county

    if job.message.startswith("watch-run:"):
        return
    now = timezone.now()
    area = area_of(job.by, timezone.localdate(now)) if job.by else EVERYWHERE
    judge_county(
        division=Division.objects.get(pk=job.args["division"]), as_of=date.fromisoformat(job.args["as_of"]), area=area, by=job.by or SYSTEM, at=now,
        progress=progress, job=job)


def what_if_job(job: Any, progress: Any) -> None:
    """The job kind «watch_what_if»: args {"scenario": pk}; run again it works the same out anew."""
    from django.utils import timezone

    from wenqu.kit.audit import SYSTEM
    from wenqu.places.scope import EVERYWHERE, area_of
    from wenqu.watch.models import Scenario
    from wenqu.watch.whatif.actions import work_scenario

    if job.message.startswith("scenario:"):
        return
    now = timezone.now()
    area = area_of(job.by, timezone.localdate(now)) if job.by else EVERYWHERE
    work_scenario(scenario=Scenario.objects.get(pk=job.args["scenario"]), area=area, by=job.by or SYSTEM, at=now, progress=progress, job=job)
