"""Addresses of changes of households."""

from django.urls import path

from wenqu.changes.views import asking, changes, deciding

app_name = "changes"
urlpatterns = [
    path("", changes.change_list, name="list"),
    path("new/<int:pk>/<str:kind>/", asking.new_change, name="new"),
    path("<int:pk>/", changes.show, name="change"),
    path("<int:pk>/confirm/", deciding.confirm, name="confirm"),
    path("<int:pk>/turn-down/", deciding.turn_down, name="turn-down"),
    path("<int:pk>/withdraw/", deciding.withdraw, name="withdraw"),
    path("<int:pk>/undo/", deciding.undo, name="undo"),
]
