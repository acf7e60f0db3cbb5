from typing import Any

from django.apps import AppConfig


class SurveyConfig(AppConfig):
    name = "wenqu.survey"
    label = "survey"
    verbose_name = "入户调查"

    def ready(self) -> None:
        from wenqu.jobs.kinds import offer_kind
        from wenqu.kit.rounds import Round, offer_round
        from wenqu.places.rights import Right
        from wenqu.survey import open_work, sight, todos
        from wenqu.survey.rulings import looking

        open_work.offer()
        sight.offer()
        todos.offer()
        offer_round(Round("survey_effects", 2.0, _effects))
        offer_round(Round("survey_photos", 3.0, _photos))
        offer_round(Round("survey_doubled", looking.EVERY_SECONDS, lambda at, going_on: looking.tick(at=at, going_on=going_on)))
        offer_kind("export_round", export_job, Right.EXPORT)


def _effects(at: Any, going_on: Any) -> None:
    """The engine is loaded when the first record is judged, not when a page server starts."""
    from wenqu.survey.effects import keeping

    keeping.tick(at=at, going_on=going_on)


def _photos(at: Any, going_on: Any) -> None:
    from wenqu.survey.effects import photos

    photos.tick(at=at, going_on=going_on)


def export_job(job: Any, progress: Any) -> None:
    """The job kind «export_round»: args {"round": pk}, with the duties that its person has now."""
    # Writers of workbooks are loaded when the first export starts, not when a page server starts.
    from django.utils import timezone

    from wenqu.places.scope import area_of
    from wenqu.survey.rounds.exporting import run_round_export

    now = timezone.now()
    run_round_export(job=job, area=area_of(job.by, timezone.localdate(now)), by=job.by, at=now, progress=progress)
