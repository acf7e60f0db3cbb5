from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "wenqu.people"
    label = "people"
    verbose_name = "人员与信任"

    def ready(self) -> None:
        from wenqu.people import open_work

        open_work.offer()
