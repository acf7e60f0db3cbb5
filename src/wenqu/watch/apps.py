from django.apps import AppConfig


class WatchConfig(AppConfig):
    name = "wenqu.watch"
    label = "watch"
    verbose_name = "防返贫监测"

    def ready(self) -> None:
        from wenqu.kit.registry import offer_hold
        from wenqu.watch.holding import holds

        offer_hold(holds)
