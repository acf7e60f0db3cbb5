from django.apps import AppConfig


class WatchConfig(AppConfig):
    name = "wenqu.watch"
    label = "watch"
    verbose_name = "防返贫监测"

    def ready(self) -> None:
        from wenqu.watch.helping import panels as helping
        from wenqu.watch.national import offering as national

        helping.offer()
        national.offer()
