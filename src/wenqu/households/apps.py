from typing import Any

from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "wenqu.households"
    label = "households"
    verbose_name = "农户"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from wenqu.households import panels
        from wenqu.households.asking import keeping
        from wenqu.jobs.kinds import offer_kind
        from wenqu.kit.registry import Panel, offer_panel
        from wenqu.people.notices import offer_notice
        from wenqu.places.rights import Right

        offer_panel(Panel("household", 80, "households/_consents.html", panels.consents_of_household))
        offer_panel(Panel("household", 90, "households/_looks.html", panels.looks_at_household))
        offer_kind("department_list", list_job, Right.QUERY)
        keeping.offer()
        offer_notice("glass", _("%(name)s 紧急查看了您区域内的农户 %(household)s，%(until)s 前有效。理由：%(reason)s"))
        offer_notice("reveal_limit", _("%(name)s 一小时内逐条查看完整号码达到上限（%(most)s 个），已暂停"))


def list_job(job: Any, progress: Any) -> None:
    """The job kind «department_list»: args {"purpose", "stored"}, with the duties that its person has now."""
    from django.utils import timezone

    from wenqu.households.asking.actions import run_list
    from wenqu.places.scope import area_of

    now = timezone.now()
    today = timezone.localdate(now)
    run_list(job=job, area=area_of(job.by, today), on=today, by=job.by, at=now, progress=progress)
