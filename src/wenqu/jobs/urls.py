"""Addresses of this room."""

from django.urls import path

from wenqu.jobs.views import jobs

app_name = "jobs"
urlpatterns = [
    path("", jobs.job_list, name="list"),
    path("<int:pk>/", jobs.job_page, name="job"),
    path("<int:pk>/progress/", jobs.job_progress, name="progress"),
    path("<int:pk>/result/", jobs.job_result, name="result"),
]
