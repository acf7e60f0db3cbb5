"""What the intake is compared with: a bare Django view that parses the XML and inserts one row idempotently, and writes each
photo to the disk. No sign-in, no checks, no audit, no sealing. The same server, the same database with the same settings.
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

settings.configure(
    DEBUG=False, SECRET_KEY="bare", ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF="intake_bare", USE_TZ=True, MIDDLEWARE=[], LOGGING_CONFIG=None,
    DATABASES=product.DATABASES, FILE_UPLOAD_MAX_MEMORY_SIZE=product.FILE_UPLOAD_MAX_MEMORY_SIZE,
)
django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

PHOTOS = Path(product.DATA_DIR, "photos")
ID = "{http://openrosa.org/xforms}instanceID"


def submission(request: HttpRequest, token: str) -> HttpResponse:
    raw = request.FILES["xml_submission_file"].read()
    instance = next(ElementTree.fromstring(raw).iter(ID)).text
    photos = [(name, _keep(upload)) for name, upload in request.FILES.items() if name != "xml_submission_file"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO bare_record (instance, xml) VALUES (%s, %s) ON CONFLICT DO NOTHING", [instance, raw.decode()])
        for name, sha256 in photos:
            cursor.execute("INSERT INTO bare_photo (instance, name, sha256) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", [instance, name, sha256])
    return HttpResponse("<ok/>", status=201, content_type="text/xml", headers={"Content-Length": "5"})


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
    number = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY" if connection.vendor == "postgresql" else "INTEGER PRIMARY KEY"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare_record (id {number}, instance VARCHAR(200) UNIQUE, xml TEXT)")
        cursor.execute(f"CREATE TABLE bare_photo (id {number}, instance VARCHAR(200), name VARCHAR(255), sha256 VARCHAR(64), UNIQUE (instance, name))")


submission.csrf_exempt = True  # type: ignore[attr-defined]
urlpatterns = [path("x/<str:token>/submission", submission)]
application = WSGIHandler()
