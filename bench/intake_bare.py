"""What the intake is compared with: a bare Django view that parses the XML and inserts one row idempotently, and writes each
photo to the disk. No sign-in, no checks, no audit, no sealing. The same server, the same database with the same settings.

Twice: «bare» as a new Django project is laid out (its middleware, a model, `get_or_create`), and «raw», without any middleware and
with one statement a row, which is the least that can be done in Django at all (BARE_RAW=1).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import django
from django.conf import settings

from wenqu import settings as product

RAW = bool(os.environ.get("BARE_RAW"))
# As `django-admin startproject` writes them.
APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware", "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
settings.configure(
    DEBUG=False, SECRET_KEY="bare", ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF="intake_bare", USE_TZ=True, LOGGING_CONFIG=None,
    MIDDLEWARE=[] if RAW else MIDDLEWARE, INSTALLED_APPS=[] if RAW else APPS, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES=product.DATABASES, FILE_UPLOAD_MAX_MEMORY_SIZE=product.FILE_UPLOAD_MAX_MEMORY_SIZE,
)
django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

PHOTOS = Path(product.DATA_DIR, "photos")
ID = "{http://openrosa.org/xforms}instanceID"


class Record(models.Model):
    instance = models.CharField(max_length=200, unique=True)
    xml = models.TextField()

    class Meta:
        app_label, db_table = "bare", "bare_record"


class Photo(models.Model):
    instance = models.CharField(max_length=200)
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)

    class Meta:
        app_label, db_table = "bare", "bare_photo"
        constraints = (models.UniqueConstraint(fields=["instance", "name"], name="one_photo"),)


def submission(request: HttpRequest, token: str) -> HttpResponse:
    raw = request.FILES["xml_submission_file"].read()
    instance = next(ElementTree.fromstring(raw).iter(ID)).text
    photos = [(name, _keep(upload)) for name, upload in request.FILES.items() if name != "xml_submission_file"]
    with transaction.atomic():
        (_insert if RAW else _create)(str(instance), raw.decode(), photos)
    return HttpResponse("<ok/>", status=201, content_type="text/xml", headers={"Content-Length": "5"})


def _create(instance: str, xml: str, photos: list[tuple[str, str]]) -> None:
    Record.objects.get_or_create(instance=instance, defaults={"xml": xml})
    for name, sha256 in photos:
        Photo.objects.get_or_create(instance=instance, name=name, defaults={"sha256": sha256})


def _insert(instance: str, xml: str, photos: list[tuple[str, str]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bare_record (instance, xml) VALUES (%s, %s) ON CONFLICT DO NOTHING", [instance, xml])
        for name, sha256 in photos:
            cursor.execute("INSERT INTO bare_photo (instance, name, sha256) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", [instance, name, sha256])


def _keep(upload: Any) -> str:
    """A row may name only what is on the disk."""
    content = upload.read()
    sha256 = hashlib.sha256(content).hexdigest()
    number, half = tempfile.mkstemp(dir=PHOTOS)
    with os.fdopen(number, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(half, PHOTOS / sha256)
    return sha256


def prepare() -> None:
    PHOTOS.mkdir(parents=True, exist_ok=True)
    with connection.schema_editor() as editor:
        editor.create_model(Record)
        editor.create_model(Photo)


submission.csrf_exempt = True  # type: ignore[attr-defined]
urlpatterns = [path("x/<str:token>/submission", submission)]
application = WSGIHandler()
