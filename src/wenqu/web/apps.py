from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "wenqu.web"
    label = "web"
    verbose_name = "界面"
