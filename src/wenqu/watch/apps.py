from django.apps import AppConfig


class WatchConfig(AppConfig):
    name = "wenqu.watch"
    label = "watch"
    verbose_name = "防返贫监测"

    def ready(self) -> None:
        from wenqu.kit.registry import Panel, offer_hold, offer_panel
        from wenqu.watch.courses import sight
        from wenqu.watch.helping import panels as helping
        from wenqu.watch.holding import holds
        from wenqu.watch.listing import panels, todos
        from wenqu.watch.national import offering as national

        offer_panel(Panel("household", 25, "watch/_household.html", panels.watch_of_household))
        offer_hold(holds)
        sight.offer()
        todos.offer()
        helping.offer()
        national.offer()
