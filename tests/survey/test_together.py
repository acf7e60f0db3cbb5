"""Many parts of records written at once are what they would be one by one; what is wrong with one takes back nothing of the others."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Sequence
from typing import Any

import pytest
from cast import AT, make_cast
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from survey.field import Field, make_field, record
from wenqu.evidence.models import Evidence
from wenqu.kit import audit
from wenqu.kit.models import AuditEntry
from wenqu.survey.intake import grouping
from wenqu.survey.intake.files import take_in
from wenqu.survey.intake.placing import place_record
from wenqu.survey.intake.reading import read_record
from wenqu.survey.intake.rows import Part
from wenqu.survey.intake.together import Incoming, receive_together
from wenqu.survey.models import Attachment, Reason, State, Submission

NAMED = "<evidence><photo_tap>tap.jpg</photo_tap><photo_card>card.jpg</photo_card></evidence>"


@pytest.fixture
def wire(transactional_db: None) -> Field:
    return make_field(make_cast())


def part(wire: Field, xml: bytes, address: str = "", **files: bytes) -> Incoming:
    """What a phone sends, from its own address."""
    device = wire.phone.device
    taken = [(f"{name}.jpg", take_in(SimpleUploadedFile(f"{name}.jpg", content))) for name, content in files.items()]
    read = read_record(xml)

    def come() -> Incoming:
        with audit.coming("phone", address):
            return Incoming(Part(read, place_record(read, device, AT), taken), device, AT, contextvars.copy_context())

    return come()


def test_everything_that_may_come_in_one_group(wire: Field) -> None:
    first = part(wire, record(wire.home, "uuid:1"), "10.0.0.1")
    receive_together([first])
    kept = receive_together([
        part(wire, record(wire.home, "uuid:2", extra=NAMED), "10.0.0.2", tap=b"\xff\xd8\xffone", card=b"\xff\xd8\xffone"),
        part(wire, record(wire.home, "uuid:1"), "10.0.0.3"),
        part(wire, record(wire.home, "uuid:2", extra=NAMED), "10.0.0.2", card=b"\xff\xd8\xffone"),
        part(wire, record(wire.home, "uuid:3", deprecated="uuid:1", persons="5"), "10.0.0.4"),
        part(wire, record(wire.neighbour, "uuid:4"), "10.0.0.5"),
        part(wire, record(wire.neighbour, "uuid:4", persons="9"), "10.0.0.6"),
        part(wire, record(wire.far, "uuid:5"), "10.0.0.7"),
    ])
    rows = {(row.instance_id, row.twin): row for row in Submission.objects.all()}
    assert sorted(rows) == [("uuid:1", False), ("uuid:2", False), ("uuid:3", False), ("uuid:4", False), ("uuid:4", True), ("uuid:5", False)]
    assert kept[0].pk == kept[2].pk == rows["uuid:2", False].pk and kept[1].pk == rows["uuid:1", False].pk
    assert {kept[4].pk, kept[5].pk} == {rows["uuid:4", False].pk, rows["uuid:4", True].pk}
    assert rows["uuid:1", False].state == State.REPLACED and rows["uuid:3", False].replaces_id == rows["uuid:1", False].pk
    assert rows["uuid:4", True].reasons == [Reason.SAME_ID_DIFFERS] and rows["uuid:5", False].reasons == [Reason.OUTSIDE_AREA]
    assert rows["uuid:2", False].missing == [] and rows["uuid:2", False].xml.open().encode() == record(wire.home, "uuid:2", extra=NAMED)
    # Two names of one content: two files, one content, and each act in the log once, from where it came.
    assert sorted(Attachment.objects.values_list("name", flat=True)) == ["card.jpg", "tap.jpg"] and Evidence.objects.count() == 1
    came_from = dict(AuditEntry.objects.filter(verb="receive_submission").values_list("subject", "address"))
    assert came_from == {f"submission:{kept[place].pk}": f"10.0.0.{number}" for place, number in ((0, 2), (1, 1), (3, 4), (4, 5), (5, 6), (6, 7))}
    assert AuditEntry.objects.filter(verb="receive_submission").count() == 6
    assert AuditEntry.objects.filter(verb="attach_evidence", subject=f"submission:{rows['uuid:2', False].pk}").count() == 1


def test_what_is_wrong_with_one_takes_back_nothing_of_the_others(wire: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    good = [part(wire, record(wire.home, f"uuid:good-{number}")) for number in range(3)]
    bad = part(wire, record(wire.home, "uuid:bad", deprecated="uuid:none"))
    first = part(wire, record(wire.neighbour, "uuid:first"))

    def refuse(self: Incoming) -> Any:
        if self is bad:
            raise RuntimeError("out of order")
        return receive(self)

    receive = Incoming.receive
    monkeypatch.setattr(Incoming, "receive", refuse)
    came: dict[int, Any] = {}

    def send(each: Incoming) -> None:
        try:
            came[id(each)] = grouping.keep(each)
        except RuntimeError as error:
            came[id(each)] = error
        finally:
            connection.close()

    # They wait while another commits, so that one group takes all four.
    threads = [threading.Thread(target=send, args=(each,)) for each in (*good, bad)]
    busy, go_on = threading.Event(), threading.Event()

    together = grouping.receive_together

    def block(group: Sequence[Incoming]) -> list[Any]:
        if first in group:
            busy.set()
            go_on.wait(60)
        return together(group)

    monkeypatch.setattr(grouping, "receive_together", block)
    blocking = threading.Thread(target=send, args=(first,))
    blocking.start()
    assert busy.wait(60)
    for thread in threads:
        thread.start()
    while len(grouping._waiting) < len(threads):
        time.sleep(0.001)
    go_on.set()
    blocking.join()
    for thread in threads:
        thread.join()
    assert isinstance(came[id(bad)], RuntimeError)
    assert {came[id(each)].pk for each in (first, *good)} == set(Submission.objects.values_list("pk", flat=True)) and Submission.objects.count() == 4
    assert AuditEntry.objects.filter(verb="receive_submission").count() == 4
