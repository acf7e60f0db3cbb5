from django.apps import AppConfig


class SchemesConfig(AppConfig):
    name = "wenqu.schemes"
    label = "schemes"
    verbose_name = "供水工程"

    def ready(self) -> None:
        from wenqu.kit.registry import Panel, offer_panel
        from wenqu.schemes import panels

        offer_panel(Panel("household-top", 20, "schemes/_supplies.html", panels.supplies_of_household, alone=True))
