from django.apps import AppConfig


class ChangesConfig(AppConfig):
    name = "wenqu.changes"
    label = "changes"
    verbose_name = "农户变更"

    def ready(self) -> None:
        from wenqu.changes.panels import changes_of_household
        from wenqu.changes.todos import waiting
        from wenqu.kit.registry import Panel, offer_panel
        from wenqu.people.todos import offer_todos

        offer_panel(Panel("household", 70, "changes/_panel.html", changes_of_household))
        offer_todos(waiting)
