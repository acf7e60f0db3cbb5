from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "wenqu.ledger"
    label = "ledger"
    verbose_name = "问题台账"
