"""Pages of the shell itself."""

from django.urls import path

from wenqu.web.views import health, language, sign_in

app_name = "web"
urlpatterns = [
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("language/", language.set_language, name="language"),
    path("healthz", health.healthz, name="health"),
]
