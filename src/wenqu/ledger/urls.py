"""Addresses of this room."""

from django.urls import path

from wenqu.ledger.views import duties, problems, reporting, steps

app_name = "ledger"
urlpatterns = [
    path("", problems.problem_list, name="list"),
    path("report/", reporting.report, name="report"),
    path("duties/", duties.duty_profile, name="duties"),
    path("<int:pk>/", problems.problem_page, name="problem"),
    path("<int:pk>/<slug:name>/", steps.take_step, name="step"),
]
