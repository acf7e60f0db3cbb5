from django.apps import AppConfig


class JudgingConfig(AppConfig):
    name = "wenqu.judging"
    label = "judging"
    verbose_name = "评价"
