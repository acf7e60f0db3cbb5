"""Addresses of this part."""

from django.urls import URLPattern, path

from wenqu.people.views import notices, own, tokens

app_name = "own"
urlpatterns: list[URLPattern] = [
    path("", own.me, name="me"),
    path("password/", own.password, name="password"),
    path("sessions/<int:pk>/end/", own.end_session, name="end-session"),
    path("sessions/end-others/", own.sign_out_others, name="sign-out-others"),
    path("recovery-codes/", own.recovery_codes, name="recovery-codes"),
    path("second-factor/remove/", own.remove_second_factor, name="remove-second-factor"),
    path("notices/", notices.notice_list, name="notices"),
    path("notices/read/", notices.read, name="read-notices"),
    path("tokens/", tokens.token_page, name="tokens"),
    path("tokens/<int:pk>/revoke/", tokens.revoke, name="revoke-token"),
]
