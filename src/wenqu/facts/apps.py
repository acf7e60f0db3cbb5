from django.apps import AppConfig


class FactsConfig(AppConfig):
    name = "wenqu.facts"
    label = "facts"
    verbose_name = "事实"
