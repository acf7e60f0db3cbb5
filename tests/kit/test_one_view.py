"""Reading for long: what is read belongs together, and nobody waits for it."""

from __future__ import annotations

import pytest
from cast import AT
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from wenqu.kit.arrow import one_view
from wenqu.kit.audit import SYSTEM, record
from wenqu.kit.models import AuditEntry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the test database of SQLite is one connection")
def test_what_others_commit_meanwhile_is_not_seen():
    other = connection.copy()
    try:
        with one_view():
            assert AuditEntry.objects.count() == 0
            with other.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO kit_auditentry (at, actor_name, verb, subject, path, detail, via, address) VALUES (%s, '', '', '', '', '{}', '', '')", [AT])
            assert AuditEntry.objects.count() == 0
        assert AuditEntry.objects.count() == 1
    finally:
        other.close()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has one writer")
def test_reading_takes_no_write_lock_and_the_next_transaction_does():
    with CaptureQueriesContext(connection) as queries:
        with one_view():
            AuditEntry.objects.count()
        with transaction.atomic():
            record(by=SYSTEM, verb="x", at=AT)
    begun = [query["sql"] for query in queries if query["sql"].startswith("BEGIN")]
    assert begun[0] == "BEGIN DEFERRED"
    assert begun[1] in {"BEGIN", "BEGIN IMMEDIATE"}, "as the settings say"
    assert begun[1] != begun[0]


def test_inside_a_transaction_its_own_rules_hold():
    with transaction.atomic(), one_view():
        record(by=SYSTEM, verb="x", at=AT)
    assert AuditEntry.objects.count() == 1
