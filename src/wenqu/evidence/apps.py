from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "wenqu.evidence"
    label = "evidence"
    verbose_name = "佐证材料"

    def ready(self) -> None:
        from wenqu.evidence import keeping

        keeping.offer()
