"""Office pages of surveys."""

from django.urls import path, re_path

from wenqu.survey.views import desk, forms, outside, phones, rescue, rounds, rulings, upload

app_name = "survey"
urlpatterns = [
    path("", rounds.round_list, name="rounds"),
    path("rounds/new/", rounds.new, name="new-round"),
    path("rounds/<int:pk>/", rounds.show, name="round"),
    path("rounds/<int:pk>/assign/", rounds.assign, name="assign"),
    path("rounds/<int:pk>/end/", rounds.end, name="end-round"),
    path("rounds/<int:pk>/close/", rounds.close, name="close-round"),
    path("rounds/<int:pk>/export/", rounds.export, name="export-round"),
    path("tasks/<int:pk>/remove/", rounds.remove, name="remove-task"),
    path("forms/", forms.form_list, name="forms"),
    path("forms/upload/", upload.upload, name="upload"),
    path("forms/shipped/", forms.publish_ready, name="publish-shipped"),
    path("forms/shipped/<str:name>/", forms.shipped, name="shipped"),
    path("forms/<int:pk>/", forms.show, name="form"),
    path("forms/<int:pk>/withdraw/", forms.withdraw, name="withdraw"),
    path("versions/<int:pk>/workbook/", forms.workbook, name="workbook"),
    path("versions/<int:pk>/files/<str:name>/", forms.table, name="form-file"),
    path("phones/", phones.phone_list, name="phones"),
    path("phones/offer/", phones.offer, name="offer"),
    path("phones/<int:pk>/revoke/", phones.revoke, name="revoke"),
    path("rescue/", rescue.rescue, name="rescue"),
    path("rulings/", rulings.ruling_list, name="rulings"),
    path("rulings/<int:pk>/", rulings.show, name="ruling"),
    path("rulings/<int:pk>/rule/", rulings.rule, name="rule"),
    path("outside/", outside.outside_list, name="outside"),
    re_path(r"^outside/outside\.(?P<kind>xlsx|csv)$", outside.outside_export, name="outside-export"),
    path("records/", desk.record_list, name="records"),
    path("records/decide/", desk.decide_many, name="decide-many"),
    path("records/<int:pk>/", desk.show, name="record"),
    path("records/<int:pk>/decide/", desk.decide, name="decide"),
]
