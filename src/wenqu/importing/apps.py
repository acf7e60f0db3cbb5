from django.apps import AppConfig


class ImportingConfig(AppConfig):
    name = "wenqu.importing"
    label = "importing"
    verbose_name = "导入"
