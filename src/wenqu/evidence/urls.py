from django.urls import path

from wenqu.evidence.views import files

app_name = "evidence"
urlpatterns = [
    path("<int:pk>/", files.original, name="original"),
    path("<int:pk>/view/", files.view, name="view"),
    path("<int:pk>/small/", files.small, name="small"),
]
