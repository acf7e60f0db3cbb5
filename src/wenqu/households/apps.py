from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "wenqu.households"
    label = "households"
    verbose_name = "农户"

    def ready(self) -> None:
        from wenqu.households import panels
        from wenqu.kit.registry import Panel, offer_panel

        offer_panel(Panel("household", 80, "households/_consents.html", panels.consents_of_household))
        offer_panel(Panel("household", 90, "households/_looks.html", panels.looks_at_household))
