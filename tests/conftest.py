from __future__ import annotations

import os
import tempfile
from pathlib import Path

_given = os.environ.get("WENQU_DATA") or tempfile.mkdtemp(prefix="wenqu-tests-")
# Each of several processes gets a folder of its own in the one of the process that starts them.
_data = Path(_given, os.environ.get("PYTEST_XDIST_WORKER", ""))
_data.mkdir(parents=True, exist_ok=True)
os.environ["WENQU_DATA"] = str(_data)

import pytest  # noqa: E402
from cast import AT, PASSWORD, Cast, make_cast  # noqa: E402
from django.conf import settings as configured  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.utils import timezone  # noqa: E402
from hypothesis import HealthCheck  # noqa: E402
from hypothesis import settings as properties  # noqa: E402

# pytest loads the settings before this file.
configured.DATA_DIR, configured.KEYS_FILE = _data, _data / "keys.json"
# The same examples in every run, however slow the machine is; others are drawn with --hypothesis-profile=default.
properties.register_profile("same", derandomize=True, database=None, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
properties.load_profile("same")


@pytest.fixture(scope="session", autouse=True)
def _keys():
    """One key file for the whole run, as a server has it."""
    from wenqu.kit.crypto.keys import create  # noqa: PLC0415

    create(configured.KEYS_FILE, "aes-256-gcm", AT) if not configured.KEYS_FILE.exists() else None


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """SQLite empties tables row by row between tests, which the append-only audit log refuses; PostgreSQL truncates."""
    from django.db import connection  # noqa: PLC0415

    from wenqu.kit import append_only  # noqa: PLC0415

    with django_db_blocker.unblock():
        assert append_only.missing(connection) == []
        if connection.vendor == "sqlite":
            append_only.remove(connection)


@pytest.fixture(autouse=True)
def _own_origin():
    """A command that a test runs says for its whole process how acts come: not for the tests after it."""
    from wenqu.kit import audit  # noqa: PLC0415

    with audit.coming(""):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def _own_data_dir(tmp_path_factory, settings, request):
    """Every test that writes files writes them into a folder of its own."""
    folder = tmp_path_factory.mktemp("data")
    settings.RUNS_DIR = folder / "runs"
    settings.UPLOADS_DIR = folder / "uploads"
    settings.RESULTS_DIR = folder / "results"
    settings.EVIDENCE_DIR = folder / "evidence"
    settings.WORK_DIR = folder / "work"
    settings.AUDIT_DIR = folder / "audit"
    # What one test counted or chained is nothing to the next.
    cache.clear()
    from wenqu.kit import audit_chain  # noqa: PLC0415

    audit_chain._floor = audit_chain._Floor()
    # Sign-in itself is tested with the real hasher; a whole cast would pay seconds for it in every test.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Jobs run at once in tests; the queue itself has its own test.
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture(autouse=True)
def _fresh_limits():
    """What one test asked for too often is no other test's."""
    from wenqu.kit import limited  # noqa: PLC0415

    limited.forget()


@pytest.fixture
def sign_in(client, cast):
    def as_(account):
        client.login(username=account.username, password=PASSWORD)
        # As a session is after the second factor: the pages that ask for it have tests of their own.
        session = client.session
        session["second_factor"] = int(AT.timestamp())
        session.save()
        return client

    return as_


@pytest.fixture
def standing_clock(monkeypatch):
    """The clock of the product stands: what a form says of today is true when it is sent."""
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
