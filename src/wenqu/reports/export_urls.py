"""Addresses of the ledgers that are handed out."""

from django.urls import path

from wenqu.reports.views import exports

app_name = "exports"
urlpatterns = [
    path("", exports.export_list, name="list"),
    path("new/", exports.new_export, name="new"),
    path("snapshots/", exports.snapshot_list, name="snapshots"),
    path("snapshots/<slug:number>/", exports.reissue, name="reissue"),
]
