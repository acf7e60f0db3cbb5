"""The addresses of phones: once with the token in them, as Collect needs it, and once without, for a token in a header."""

from __future__ import annotations

from django.urls import path

from wenqu.survey.openrosa import listing, submitting

app_name = "phones"
urlpatterns = [
    path("formList", listing.form_list, name="list"),
    path("forms/<int:pk>/form.xml", listing.form, name="form"),
    path("forms/<int:pk>/manifest", listing.manifest, name="manifest"),
    path("forms/<int:pk>/files/<str:name>", listing.media, name="media"),
    path("forms/<int:pk>/entities/<str:name>", listing.integrity, name="integrity"),
    path("submission", submitting.submission, name="submission"),
]
