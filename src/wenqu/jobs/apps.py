from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "wenqu.jobs"
    label = "jobs"
    verbose_name = "后台任务"

    def ready(self) -> None:
        from wenqu.jobs import open_work, results

        open_work.offer()
        results.offer()
