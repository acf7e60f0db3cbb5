"""Addresses of this part."""

from django.urls import path

from wenqu.people.views import audit

app_name = "audit"
urlpatterns = [
    path("", audit.audit_list, name="list"),
    path("export/", audit.audit_export, name="export"),
]
