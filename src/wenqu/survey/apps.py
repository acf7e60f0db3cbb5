from django.apps import AppConfig


class SurveyConfig(AppConfig):
    name = "wenqu.survey"
    label = "survey"
    verbose_name = "入户调查"

    def ready(self) -> None:
        from wenqu.survey import open_work, sight

        open_work.offer()
        sight.offer()
