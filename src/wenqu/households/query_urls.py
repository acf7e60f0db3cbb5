"""Addresses of the departments' questions."""

from django.urls import path

from wenqu.households.views import asking

app_name = "query"
urlpatterns = [
    path("", asking.ask, name="ask"),
    path("lists/", asking.lists, name="lists"),
    path("lists/<int:pk>/", asking.list_result, name="list-result"),
]
