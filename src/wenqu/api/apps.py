from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "wenqu.api"
    label = "api"
    verbose_name = "接口"
