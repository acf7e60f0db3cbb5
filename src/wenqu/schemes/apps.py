from django.apps import AppConfig


class SchemesConfig(AppConfig):
    name = "wenqu.schemes"
    label = "schemes"
    verbose_name = "供水工程"
