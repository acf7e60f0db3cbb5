"""Addresses of this room."""

from django.urls import path

from wenqu.households.views import consents, glass, household, reveal

app_name = "households"
urlpatterns = [
    path("<int:pk>/", household.household_page, name="household"),
    path("<int:pk>/reveal/", reveal.reveal, name="reveal"),
    path("<int:pk>/consents/new/", consents.new_consent, name="new-consent"),
    path("<int:pk>/consents/<int:consent>/withdraw/", consents.withdraw, name="withdraw-consent"),
    path("glass/", glass.break_glass, name="glass"),
    path("glass/looks/", glass.looks, name="looks"),
]
