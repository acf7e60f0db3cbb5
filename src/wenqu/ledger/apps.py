from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "wenqu.ledger"
    label = "ledger"
    verbose_name = "问题台账"

    def ready(self) -> None:
        from wenqu.evidence.sight import offer_sight
        from wenqu.kit.registry import Panel, offer_panel
        from wenqu.kit.rounds import Round, offer_round
        from wenqu.ledger import keeping, notices, open_work, panels, seeing

        offer_panel(Panel("household", 20, "ledger/_problems.html", panels.problems_of_household))
        offer_panel(Panel("scheme", 20, "ledger/_problems.html", panels.problems_of_scheme))
        offer_sight("problem", seeing.path_seen)
        notices.offer()
        open_work.offer()
        offer_round(Round("ledger", keeping.EVERY_SECONDS, lambda at, going_on: keeping.tick(at=at, going_on=going_on)))
