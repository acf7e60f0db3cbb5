from __future__ import annotations

import os
import tempfile

os.environ.setdefault("WENQU_DATA", tempfile.mkdtemp(prefix="wenqu-tests-"))

import pytest  # noqa: E402
from cast import PASSWORD, Cast, make_cast  # noqa: E402


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
    # Sign-in itself is tested with the real hasher; a whole cast would pay seconds for it in every test.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Jobs run at once in tests; the queue itself has its own test.
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def sign_in(client, cast):
    def as_(account):
        client.login(username=account.username, password=PASSWORD)
        return client

    return as_
