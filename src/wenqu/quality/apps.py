from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "wenqu.quality"
    label = "quality"
    verbose_name = "水质监测"

    def ready(self) -> None:
        from wenqu.evidence.sight import offer_sight
        from wenqu.jobs.kinds import offer_kind
        from wenqu.kit.rounds import Round, offer_round
        from wenqu.places.rights import Right
        from wenqu.quality.effects import overdue
        from wenqu.quality.reporting.queries import report_seen
        from wenqu.quality.results import open_work, todos
        from wenqu.quality.results.counting import offer_counting
        from wenqu.quality.results.delivering import keeping as deliveries
        from wenqu.quality.verdicts import keeping
        from wenqu.quality.verdicts.actions import judge_samples_now

        offer_kind("quality_read", read_job, Right.QUALITY_RESULTS)
        offer_kind("quality_take", take_job, Right.QUALITY_RESULTS)
        offer_kind("quality_review", review_job, Right.QUALITY_REVIEW)
        deliveries.offer()
        open_work.offer()
        todos.offer()
        offer_counting(lambda samples, by, at: judge_samples_now(samples=samples, by=by, at=at))
        offer_sight("report", lambda pk, area: report_seen(pk, area.whole.may(Right.QUALITY)))
        offer_round(Round("quality_verdicts", keeping.EVERY_SECONDS, lambda at, going_on: keeping.tick(at=at, going_on=going_on)))
        offer_round(Round("quality_overdue", keeping.EVERY_SECONDS, lambda at, going_on: overdue.tick(at=at, going_on=going_on, tasks=False)))
        offer_round(Round("quality_overdue_tasks", keeping.TASKS_EVERY_SECONDS, lambda at, going_on: overdue.tick(at=at, going_on=going_on)))


def read_job(job, progress) -> None:
    """The job kind «quality_read»: the dry run of args {"delivery": pk}."""
    _run(job, progress, "read_delivery")


def take_job(job, progress) -> None:
    """The job kind «quality_take»: run again after its worker was killed, it goes on at the next chunk."""
    _run(job, progress, "take_delivery")


def review_job(job, progress) -> None:
    """The job kind «quality_review»: run again, it goes on with what still waits."""
    _run(job, progress, "review_delivery")


def _run(job, progress, verb: str) -> None:
    # The engine is loaded when the first workbook is read, not when a server starts.
    from django.utils import timezone

    from wenqu.kit.audit import SYSTEM
    from wenqu.quality.models import Delivery
    from wenqu.quality.results.delivering import actions, reviewing

    delivery = Delivery.objects.select_related("laboratory__county", "division", "format").get(pk=job.args["delivery"])
    # Whoever lost the duty since they asked is refused by the action.
    getattr(reviewing if verb == "review_delivery" else actions, verb)(delivery=delivery, by=job.by or SYSTEM, at=timezone.now(), progress=progress)
