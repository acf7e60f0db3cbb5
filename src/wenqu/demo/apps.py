from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "wenqu.demo"
    label = "demo"
    verbose_name = "演示"
