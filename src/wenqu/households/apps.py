from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "wenqu.households"
    label = "households"
    verbose_name = "农户"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from wenqu.households import panels
        from wenqu.kit.registry import Panel, offer_panel
        from wenqu.people.notices import offer_notice

        offer_panel(Panel("household", 80, "households/_consents.html", panels.consents_of_household))
        offer_panel(Panel("household", 90, "households/_looks.html", panels.looks_at_household))
        offer_notice("glass", _("%(name)s 紧急查看了您区域内的农户 %(household)s，%(until)s 前有效。理由：%(reason)s"))
        offer_notice("reveal_limit", _("%(name)s 一小时内逐条查看完整号码达到上限（%(most)s 个），已暂停"))
