from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "wenqu.reports"
    label = "reports"
    verbose_name = "报表"

    def ready(self) -> None:
        from wenqu.jobs.kinds import offer_kind
        from wenqu.kit.registry import Panel, offer_panel
        from wenqu.places.rights import Right
        from wenqu.reports.six.panels import six_of_problem

        offer_kind("export_ledger", export_job, Right.EXPORT)
        offer_panel(Panel("problem", 10, "reports/_six.html", six_of_problem))


def export_job(job, progress) -> None:
    """The job kind «export_ledger»: args {"kind": ledger, "division": pk}, in the area that its person has now."""
    # Writers of workbooks are loaded when the first export starts, not when a page server starts.
    from django.utils import timezone

    from wenqu.kit.audit import SYSTEM
    from wenqu.places.scope import NOWHERE, area_of
    from wenqu.reports.ledgers.actions import run_export_job

    area = area_of(job.by, timezone.localdate()) if job.by else NOWHERE
    run_export_job(job=job, area=area, by=job.by or SYSTEM, at=timezone.now(), progress=progress)
