"""Pages of the watch list."""

from django.urls import path

from wenqu.watch.views import clue, courses, helping, insurance, listing, national, notices, report, rules

app_name = "watch"
urlpatterns = [
    path("", listing.watch_list, name="list"),
    path("desk/", listing.desk, name="desk"),
    path("clue/", clue.clue, name="clue"),
    path("<int:pk>/leave/", clue.leave, name="leave"),
    path("courses/<int:pk>/", courses.course_page, name="course"),
    path("courses/<int:pk>/act/", courses.take_act, name="act"),
    path("notices/", notices.notice_list, name="notices"),
    path("notices/<int:pk>/<str:route>/<str:step>/", notices.sheet, name="sheet"),
    path("rules/", rules.rules, name="rules"),
    path("rules/editions/<int:pk>/", rules.edition_page, name="edition"),
    path("help/", helping.helped, name="helped"),
    path("help/report/", report.report, name="report"),
    path("help/report/report.xlsx", report.report_workbook, name="report-workbook"),
    path("help/national.xlsx", national.national, name="national"),
    path("help/<int:pk>/", helping.household, name="helping"),
    path("help/<int:pk>/plan/", helping.plan, name="plan-measure"),
    path("insurance/", insurance.case_list, name="insurance"),
    path("insurance/list/", insurance.take_list, name="insurance-list"),
    path("insurance/<int:pk>/", insurance.case_page, name="insurance-case"),
    path("insurance/<int:pk>/<str:name>/", insurance.take_step, name="insurance-step"),
    path("measures/<int:pk>/<str:name>/", helping.go_on, name="measure-step"),
    path("listed/<int:pk>/visit/", helping.visit, name="visit"),
    path("listed/<int:pk>/helper/", helping.helper, name="change-helper"),
]
