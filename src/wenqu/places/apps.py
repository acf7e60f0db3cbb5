from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "wenqu.places"
    label = "places"
    verbose_name = "区划与人员"
