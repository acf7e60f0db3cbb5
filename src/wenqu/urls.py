"""All addresses. Each app owns its own."""

from importlib.util import find_spec

from django.urls import include, path

urlpatterns = [
    # The first, as what is asked most: each address is looked for from the top.
    path("x/<str:token>/", include("wenqu.survey.phone_urls", namespace="phones")),
    path("x/", include("wenqu.survey.phone_urls", namespace="phones-header")),
    path("", include("wenqu.web.urls")),
    path("", include("wenqu.operations.urls")),
    path("", include("wenqu.reports.urls")),
    path("households/", include("wenqu.households.urls")),
    path("evidence/", include("wenqu.evidence.urls")),
    path("query/", include("wenqu.households.query_urls")),
    path("schemes/", include("wenqu.schemes.urls")),
    path("problems/", include("wenqu.ledger.urls")),
    path("alarms/", include("wenqu.ledger.alarm_urls")),
    path("", include("wenqu.judging.urls")),
    path("books/", include("wenqu.books.urls")),
    path("watch/", include("wenqu.watch.urls")),
    path("quality/", include("wenqu.quality.urls")),
    path("changes/", include("wenqu.changes.urls")),
    path("survey/", include("wenqu.survey.urls")),
    path("pair/", include("wenqu.survey.pair_urls")),
    path("phone/", include("wenqu.survey.phone.urls")),
    path("jobs/", include("wenqu.jobs.urls")),
    path("outlines/", include("wenqu.places.urls")),
    path("people/", include("wenqu.people.urls")),
    path("audit/", include("wenqu.people.audit_urls")),
    path("me/", include("wenqu.people.own_urls")),
    path("api/", include("wenqu.api.urls")),
]
if find_spec("wenqu.registers.urls"):
    urlpatterns.append(path("imports/", include("wenqu.registers.urls")))
if find_spec("wenqu.reports.export_urls"):
    urlpatterns.append(path("exports/", include("wenqu.reports.export_urls")))

handler400 = "wenqu.web.views.errors.bad_request"
handler403 = "wenqu.web.views.errors.forbidden"
handler404 = "wenqu.web.views.errors.not_found"
handler500 = "wenqu.web.views.errors.server_error"
