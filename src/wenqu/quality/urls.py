"""Pages of water quality."""

from django.urls import path

from wenqu.quality.views import calendar, plans, points, showing

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
    path("points/<int:pk>/trend/", showing.trend, name="trend"),
    path("samples/<int:pk>/verdict/", showing.verdict_page, name="verdict"),
    path("rates/", showing.rates_page, name="rates"),
    path("rates.xlsx", showing.rates_file, name="rates-workbook"),
    path("upload.csv", showing.upload, name="upload"),
    path("notice/", showing.notice, name="notice"),
    path("public/<str:code>/", showing.public, name="public"),
]
