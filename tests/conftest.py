from __future__ import annotations

import os
import tempfile

os.environ.setdefault("WENQU_DATA", tempfile.mkdtemp(prefix="wenqu-tests-"))

import pytest  # noqa: E402
from cast import AT, PASSWORD, Cast, make_cast  # noqa: E402
from django.core.cache import cache  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def _keys():
    """One key file for the whole run, as a server has it."""
    from django.conf import settings  # noqa: PLC0415

    from wenqu.kit.crypto.keys import create  # noqa: PLC0415

    create(settings.KEYS_FILE, "aes-256-gcm", AT) if not settings.KEYS_FILE.exists() else None


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
