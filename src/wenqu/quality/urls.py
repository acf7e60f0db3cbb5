"""Pages of water quality."""

from django.urls import path

from wenqu.quality.views import calendar, plans, points

app_name = "quality"
urlpatterns = [
    path("", calendar.calendar, name="calendar"),
    path("calendar.xlsx", calendar.calendar_workbook, name="calendar-workbook"),
    path("plans/", plans.shelf, name="plans"),
    path("plans/adopt/", plans.adopt, name="adopt"),
    path("plans/<int:pk>/drop/", plans.drop, name="drop"),
    path("plans/<int:pk>/proposals/", plans.proposed, name="proposals"),
    path("plans/editions/<int:pk>/", plans.edition_page, name="edition"),
    path("points/", points.point_list, name="points"),
    path("points/new/", points.new_point, name="new-point"),
    path("points/<int:pk>/", points.point_page, name="point"),
    path("points/<int:pk>/edit/", points.edit, name="edit-point"),
    path("points/<int:pk>/end/", points.end, name="end-point"),
    path("points/<int:pk>/done/", points.tell, name="tell-done"),
    path("tallies/<int:pk>/withdraw/", points.withdraw, name="withdraw-tally"),
]
