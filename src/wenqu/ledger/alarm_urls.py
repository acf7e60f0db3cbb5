"""Addresses of the area alarms."""

from django.urls import path

from wenqu.ledger.views import alarms

app_name = "alarms"
urlpatterns = [
    path("", alarms.alarm_list, name="list"),
    path("<int:pk>/", alarms.alarm_page, name="alarm"),
    path("<int:pk>/merge/", alarms.merge, name="merge"),
]
