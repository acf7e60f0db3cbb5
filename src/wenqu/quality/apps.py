from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "wenqu.quality"
    label = "quality"
    verbose_name = "水质监测"

    def ready(self) -> None:
        from wenqu.jobs.kinds import offer_kind
        from wenqu.places.rights import Right
        from wenqu.quality.results import open_work, todos
        from wenqu.quality.results.delivering import keeping

        offer_kind("quality_read", read_job, Right.QUALITY_RESULTS)
        offer_kind("quality_take", take_job, Right.QUALITY_RESULTS)
        keeping.offer()
        open_work.offer()
        todos.offer()


def read_job(job, progress) -> None:
    """The job kind «quality_read»: the dry run of args {"delivery": pk}."""
    _run(job, progress, "read_delivery")


def take_job(job, progress) -> None:
    """The job kind «quality_take»: run again after its worker was killed, it goes on at the next chunk."""
    _run(job, progress, "take_delivery")


def _run(job, progress, verb: str) -> None:
    # The engine is loaded when the first workbook is read, not when a server starts.
    from django.utils import timezone

    from wenqu.kit.audit import SYSTEM
    from wenqu.quality.models import Delivery
    from wenqu.quality.results.delivering import actions

    delivery = Delivery.objects.select_related("laboratory__county", "division", "format").get(pk=job.args["delivery"])
    # Whoever lost the duty since they asked is refused by the action.
    getattr(actions, verb)(delivery=delivery, by=job.by or SYSTEM, at=timezone.now(), progress=progress)
