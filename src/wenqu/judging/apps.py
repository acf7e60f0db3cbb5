from typing import Any

from django.apps import AppConfig


class JudgingConfig(AppConfig):
    name = "wenqu.judging"
    label = "judging"
    verbose_name = "评价"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from wenqu.households.asking.queries import PLACE
        from wenqu.jobs.kinds import offer_kind
        from wenqu.judging import figures, keeping, panels
        from wenqu.judging.models import JUDGE_JOB
        from wenqu.kit.figures import Figure, offer_figure
        from wenqu.kit.registry import Panel, offer_arrival, offer_panel
        from wenqu.places.rights import Right

        offer_kind(JUDGE_JOB, judge_job, Right.JUDGE)
        keeping.offer()
        offer_arrival(judge_new)
        offer_panel(Panel("household-top", 10, "judging/_summary.html", panels.summary_of_household, alone=True))
        offer_panel(Panel("household", 10, "judging/_verdict.html", panels.verdict_of_household, alone=True))
        offer_figure(Figure(PLACE, 10, _("饮水安全"), figures.overall_of))


def judge_job(job: Any, progress: Any) -> None:
    """The job kind «judge»: args {"division": pk, "pack": id, "as_of": ISO day}; tells the run in its message.

    Refused where its person may not judge there any more. Run again after its worker was killed, it makes no second run where the first was stored.
    """
    # The engine is loaded when the first judging starts, not when a page server starts.
    from datetime import date

    from django.utils import timezone

    from wenqu.judging.actions import judge_division
    from wenqu.judging.permissions import check_can_judge
    from wenqu.kit.audit import SYSTEM
    from wenqu.places.models import Division
    from wenqu.places.scope import EVERYWHERE, area_of

    if job.message.startswith("run:"):
        return
    division = Division.objects.get(pk=job.args["division"])
    check_can_judge(division, area_of(job.by, timezone.localdate()) if job.by else EVERYWHERE)
    judge_division(
        division=division, pack_id=job.args["pack"],
        as_of=date.fromisoformat(job.args["as_of"]), by=job.by or SYSTEM, at=timezone.now(), progress=progress, job=job,
    )


def judge_new(households: Any, by: Any, at: Any) -> None:
    """Households that a change brought into the register, judged at once by the rules of the newest run: by what is known of their scheme and place."""
    # The engine is loaded when somebody is judged, not when a page server starts.
    from django.utils.translation import gettext as _

    from wenqu.judging.spot import judge_again

    judge_again(households=list(households), schemes=(), source=_("农户变更"), by=by, at=at)
