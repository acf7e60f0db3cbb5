from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "wenqu.quality"
    label = "quality"
    verbose_name = "水质监测"

    def ready(self) -> None:
        from wenqu.kit.rounds import Round, offer_round
        from wenqu.quality.effects import overdue
        from wenqu.quality.verdicts import keeping

        offer_round(Round("quality_verdicts", keeping.EVERY_SECONDS, lambda at, going_on: keeping.tick(at=at, going_on=going_on)))
        offer_round(Round("quality_overdue", keeping.EVERY_SECONDS, lambda at, going_on: overdue.tick(at=at, going_on=going_on)))
