"""Pages of the watch list."""

from django.urls import path

from wenqu.watch.views import clue, courses, listing, notices, rules

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
]
