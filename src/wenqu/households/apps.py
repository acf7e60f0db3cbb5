from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "wenqu.households"
    label = "households"
    verbose_name = "农户"
