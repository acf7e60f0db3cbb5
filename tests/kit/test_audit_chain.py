"""Chaining: every committed entry once, in one unbroken line, whoever writes and whoever is killed."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest
from cast import AT
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from wenqu.kit import append_only, audit, audit_chain
from wenqu.kit.audit_chain import seal_pending
from wenqu.kit.audit_rows import chained, head, unchained
from wenqu.kit.chain import BEGINNING, link
from wenqu.kit.models import AuditEntry, AuditSeal


def write(count: int, verb: str = "act") -> None:
    for number in range(count):
        audit.record(by=audit.SYSTEM, verb=verb, at=AT, subject=f"thing:{number}", path="0001", detail={"n": number, "名": "甲"})


def assert_whole() -> None:
    before = BEGINNING
    for place, (seq, digest, body) in enumerate(chained(0), 1):
        assert (seq, digest) == (place, link(before, body))
        before = digest
    assert AuditSeal.objects.count() == AuditEntry.objects.count()
    assert not unchained().exists()


def test_entries_are_chained_in_order_and_once(db):
    write(3)
    assert seal_pending(AT) == 3
    assert seal_pending(AT) == 0
    write(2)
    assert seal_pending(AT) == 2
    assert head()[0] == 5
    assert_whole()


def test_what_an_entry_says_survives_the_database(db):
    detail = {"文": "甲\u2028\"\\", "nul": "a\0b", "literal": "\\u0000", "half": "\ud800", "deep": [{"x": None, "y": 1.5, "z": True}]}
    with audit.coming("page", "10.1.2.3"):
        audit.record(by=audit.SYSTEM, verb="act", at=AT, subject="s" * 300, path="0001", detail=detail)
    entry = AuditEntry.objects.get()
    assert entry.detail == {**detail, "nul": "ab", "half": "?"}
    assert (entry.at, entry.via, entry.address, len(entry.subject), entry.actor_name) == (AT, "page", "10.1.2.3", 120, "系统")
    seal_pending(AT)
    assert_whole()


def test_ten_thousand_entries_are_chained_in_a_few_statements(db, django_assert_max_num_queries):
    write(10_000)
    with django_assert_max_num_queries(100):
        assert seal_pending(AT) == 10_000
    assert_whole()


def test_a_change_of_a_row_breaks_its_digest(db):
    write(3)
    seal_pending(AT)
    with append_only_off():
        AuditEntry.objects.filter(subject="thing:1").update(actor_name="别人")
    rows = list(chained(0))
    assert [link(before, body) == digest for before, (_seq, digest, body) in zip([BEGINNING, rows[0][1], rows[1][1]], rows, strict=True)] == [True, False, True]


class append_only_off:  # noqa: N801  reads as a sentence
    def __enter__(self) -> None:
        append_only.remove(connection)

    def __exit__(self, *_what: object) -> None:
        if connection.vendor == "postgresql":
            append_only.install(connection)


@pytest.mark.parametrize("table", ["entry", "seal"])
def test_the_database_refuses_changes(db, table):
    write(1)
    seal_pending(AT)
    if connection.vendor == "postgresql":
        # Checks of foreign keys wait for the commit, and a table with waiting checks cannot be altered.
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    append_only.install(connection)
    assert append_only.missing(connection) == []
    rows = AuditEntry.objects if table == "entry" else AuditSeal.objects
    change = {"verb": "other"} if table == "entry" else {"digest": "0" * 64}
    try:
        for attempt in (lambda: rows.update(**change), lambda: rows.all()._raw_delete("default")):
            with pytest.raises(DatabaseError, match="审计记录只能追加"), transaction.atomic():
                attempt()
    finally:
        if connection.vendor == "sqlite":
            append_only.remove(connection)
            assert append_only.missing(connection) == list(append_only.TABLES)
    assert rows.count() == 1


def in_threads(*works) -> None:
    failures: list[BaseException] = []

    def run(work) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failures == [] and not any(thread.is_alive() for thread in threads)


@pytest.mark.django_db(transaction=True)
def test_concurrent_writers_and_sealers_chain_every_entry_once():
    if connection.vendor != "postgresql":
        pytest.skip("threads cannot share a database in memory; processes on a file are tested with the command")
    done = threading.Event()
    left = threading.Semaphore(0)

    def writer() -> None:
        for _ in range(20):
            with transaction.atomic():
                write(3)
        left.release()

    def sealer() -> None:
        while not done.is_set():
            seal_pending(AT)

    def waiter() -> None:
        try:
            assert all(left.acquire(timeout=120) for _ in range(writers))
        finally:
            done.set()

    writers = 4
    in_threads(*[writer] * writers, sealer, sealer, waiter)
    seal_pending(AT)
    assert AuditEntry.objects.count() == writers * 60
    assert_whole()


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_becomes_visible_late_is_chained_late(monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer: entries appear in the order of their numbers")
    monkeypatch.setattr(audit_chain, "_floor", audit_chain._Floor())
    monkeypatch.setattr(audit_chain, "_SETTLED_SECONDS", 0.0)
    began, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            write(1, "slow")
            began.set()
            assert go_on.wait(120)

    def fast() -> None:
        assert began.wait(120)
        write(2, "fast")
        for _ in range(5):
            seal_pending(AT)
        _highest, oldest_running, following = audit_chain._seen()
        assert oldest_running < following
        # The slow one runs still: nothing from its number on may be taken for settled.
        assert audit_chain._floor.get() < AuditEntry.objects.earliest("id").pk - 1
        go_on.set()

    in_threads(slow, fast)
    for _ in range(3):
        seal_pending(AT)
    verbs = list(AuditSeal.objects.order_by("seq").values_list("entry__verb", flat=True))
    assert verbs == ["fast", "fast", "slow"]
    assert audit_chain._seen()[0] == AuditEntry.objects.latest("id").pk
    assert_whole()


def test_the_floor_waits_for_the_end_of_every_transaction_of_its_moment(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(audit_chain, "time", SimpleNamespace(monotonic=lambda: now[0]))
    floor = audit_chain._Floor()
    floor.note((7, 40, 50))
    # Entry 7 was the highest while transactions 40 to 49 may have run; entries after it are no part of this mark.
    for oldest in (40, 49):
        now[0] += audit_chain._SETTLED_SECONDS
        floor.note((9, oldest, 60))
        assert floor.get() == 0
    floor.note((9, 50, 60))
    assert floor.get() == 7
    # All have ended, but one may have taken its number and not be known as running yet.
    floor.note((9, 60, 60))
    now[0] += audit_chain._SETTLED_SECONDS - 1
    floor.note((9, 60, 60))
    assert floor.get() == 7
    now[0] += 1
    floor.note((9, 60, 60))
    assert floor.get() == 9


def test_two_seals_of_one_entry_are_impossible(db):
    write(1)
    seal_pending(AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditSeal.objects.create(seq=2, entry=AuditEntry.objects.get(), digest="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditSeal.objects.filter(seq=F("seq")).get()
        AuditSeal.objects.bulk_create([AuditSeal(seq=1, entry=AuditEntry.objects.get(), digest="0" * 64)])


def test_an_entry_of_a_rolled_back_act_is_in_nobodys_chain(db):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write(1)
        1 / 0  # noqa: B018
    write(1)
    assert seal_pending(AT) == 1
    assert_whole()
