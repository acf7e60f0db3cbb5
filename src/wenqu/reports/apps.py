from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "wenqu.reports"
    label = "reports"
    verbose_name = "报表"
