from django.apps import AppConfig


class SurveyConfig(AppConfig):
    name = "wenqu.survey"
    label = "survey"
    verbose_name = "入户调查"

    def ready(self) -> None:
        from wenqu.kit.rounds import Round, offer_round
        from wenqu.survey import open_work, sight, todos
        from wenqu.survey.rulings import looking

        open_work.offer()
        sight.offer()
        todos.offer()
        offer_round(Round("survey_doubled", looking.EVERY_SECONDS, lambda at, going_on: looking.tick(at=at, going_on=going_on)))
