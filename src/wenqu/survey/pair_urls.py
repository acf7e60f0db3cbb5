"""Where a phone gets its token."""

from django.urls import path

from wenqu.survey.views import phones

app_name = "pairing"
urlpatterns = [
    path("", phones.pair, name="pair"),
    path("token/", phones.exchange, name="exchange"),
    path("<str:secret>/", phones.arrive, name="arrive"),
]
