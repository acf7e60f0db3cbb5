from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "wenqu.quality"
    label = "quality"
    verbose_name = "水质监测"
