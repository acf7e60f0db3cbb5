from django.apps import AppConfig


class FactsConfig(AppConfig):
    name = "wenqu.facts"
    label = "facts"
    verbose_name = "事实"

    def ready(self) -> None:
        from wenqu.facts import panels
        from wenqu.kit.registry import Panel, offer_panel

        offer_panel(Panel("household", 40, "facts/_current.html", panels.current_of_household, alone=True))
        offer_panel(Panel("household", 60, "facts/_history.html", panels.history_of_household, alone=True))
        offer_panel(Panel("scheme", 40, "facts/_current.html", panels.current_of_scheme))
        offer_panel(Panel("scheme", 60, "facts/_history.html", panels.history_of_scheme))
