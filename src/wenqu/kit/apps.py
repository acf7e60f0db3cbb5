from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "wenqu.kit"
    label = "kit"
    verbose_name = "公用"
