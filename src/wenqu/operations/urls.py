"""Addresses for whoever watches the server."""

from django.urls import path

from wenqu.operations.views import health, metrics

app_name = "operations"
urlpatterns = [
    path("healthz", health.healthz, name="health"),
    path("metrics", metrics.metrics_page, name="metrics"),
]
