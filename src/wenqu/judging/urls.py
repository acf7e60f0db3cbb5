"""Addresses of runs and packs."""

from django.urls import path

from wenqu.judging.views import packs, runs

app_name = "judging"
urlpatterns = [
    path("runs/", runs.run_list, name="runs"),
    path("runs/new/", runs.new_run, name="new"),
    path("runs/<int:pk>/", runs.run_page, name="run"),
    path("packs/", packs.pack_list, name="packs"),
    path("packs/<slug:pack_id>/", packs.pack_page, name="pack"),
]
