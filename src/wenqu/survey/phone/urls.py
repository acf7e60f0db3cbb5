"""The phone page."""

from __future__ import annotations

from django.urls import path

from wenqu.survey.phone import api, shell

app_name = "phone-page"
urlpatterns = [
    path("", shell.shell, name="shell"),
    path("sw.js", shell.worker, name="worker"),
    path("manifest.webmanifest", shell.manifest, name="manifest"),
    path("icons/<str:name>", shell.icon, name="icon"),
    path("a/<str:version>/<path:name>", shell.file, name="file"),
    path("api/tasks", api.tasks, name="tasks"),
    path("api/forms/<int:pk>", api.form, name="form"),
    path("api/forms/<int:pk>/files/<str:name>", api.table, name="table"),
    path("api/changes", api.changes, name="changes"),
    path("api/states", api.states, name="states"),
]
