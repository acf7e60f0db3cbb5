"""Pages of the shell itself."""

from django.urls import path

from wenqu.web.views import language, second_factor, sign_in

app_name = "web"
urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/code/", second_factor.code, name="code"),
    path("sign-in/enrol/", second_factor.enrol, name="enrol"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("language/", language.set_language, name="language"),
]
