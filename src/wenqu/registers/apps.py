from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "wenqu.registers"
    label = "registers"
    verbose_name = "台账导入"
