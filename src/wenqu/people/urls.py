"""Addresses of this part."""

from django.urls import path

from wenqu.people.views import bulk, duties, invitations, leaving, persons, requests

app_name = "people"
urlpatterns = [
    path("", persons.person_list, name="list"),
    path("new/", persons.add, name="add"),
    path("bulk/", bulk.upload, name="bulk"),
    path("bulk/template.csv", bulk.template, name="bulk-template"),
    path("<int:pk>/", persons.person, name="person"),
    path("<int:pk>/duties/new/", duties.give, name="give"),
    path("<int:pk>/duties/<int:duty>/end/", duties.end, name="end"),
    path("<int:pk>/invite/", invitations.send, name="invite"),
    path("<int:pk>/hand-over/", leaving.hand_over, name="hand-over"),
    path("<int:pk>/leave/", leaving.leave, name="leave"),
    path("<int:pk>/reactivate/", leaving.reactivate, name="reactivate"),
    path("requests/", requests.request_list, name="requests"),
    path("requests/<int:pk>/", requests.request_page, name="request"),
    path("requests/<int:pk>/decide/", requests.decide, name="decide"),
    path("join/", invitations.join, name="join"),
    path("join/<str:secret>/", invitations.arrive, name="arrive"),
]
