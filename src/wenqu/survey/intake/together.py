"""Many parts of records in a few statements, whoever sent them: what comes for the first time.

The same as `receive_part` for each, and by it for whatever is not plain: the later parts of a record, another content under a
number that is taken, a record that corrects another.
"""

from __future__ import annotations

import contextvars
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from wenqu.evidence.attaching import row_of as evidence_of
from wenqu.evidence.attaching import told_of as told_of_evidence
from wenqu.evidence.models import Evidence
from wenqu.kit import audit
from wenqu.kit.inserting import insert_all, insert_audited
from wenqu.survey.intake.actions import receive_part
from wenqu.survey.intake.queries import Kept
from wenqu.survey.intake.rows import ABOUT, Part, row_of, told_of
from wenqu.survey.models import Attachment, Device, Submission


@dataclass(frozen=True)
class Incoming:
    """A part with whoever sent it. It is written down as it came: the context says which way."""

    part: Part
    device: Device
    at: datetime
    context: contextvars.Context = field(default_factory=contextvars.copy_context)

    @property
    def key(self) -> tuple[str, str]:
        return self.part.record.instance_id, self.part.record.sha256

    def receive(self) -> Kept:
        """By itself."""
        return self.context.run(lambda: receive_part(part=self.part, device=self.device, by=self.device.account, at=self.at))


def receive_together(incoming: Sequence[Incoming]) -> list[Kept]:
    """Keep all of them; committed when this returns. Where any is in error, those that are kept already are found when they come again."""
    plain = {each.key: each for each in incoming if not each.part.record.deprecated_id}
    # In one order for all writers. Whoever loses a number to another writer waits for its commit.
    new = [plain[key] for key in sorted(plain)]
    rows = [row_of(each.part, each.device, None, each.part.place.reasons, each.at) for each in new]
    entries = [each.context.run(_entry, each, row) for each, row in zip(new, rows, strict=True)]
    with nullcontext() if _in_one_statement(new) else transaction.atomic():
        made = [(plain[row.instance_id, row.sha256], row) for row in insert_audited(rows, ("instance_id", "sha256"), entries)]
        _attach([(each, row) for each, row in made if each.part.files])
    kept = {id(each): Kept(row.pk, row.division_id, row.path) for each, row in made}
    others = [each for each in incoming if id(each) not in kept]
    if others:
        with transaction.atomic():
            kept |= {id(each): each.receive() for each in others}
    return [kept[id(each)] for each in incoming]


def _in_one_statement(new: Sequence[Incoming]) -> bool:
    """It needs no transaction around it."""
    return connection.vendor == "postgresql" and not any(each.part.files for each in new)


def _entry(each: Incoming, row: Submission) -> audit.Entry:
    """Its subject wants the key of the row."""
    return audit.entry(by=each.device.account, verb="receive_submission", at=each.at, subject="submission:", path=row.path, detail=told_of(row))


def _attach(fresh: list[tuple[Incoming, Submission]]) -> None:
    """The files of records that came into being just now: nobody else attaches to them yet."""
    proofs: dict[tuple[str, str], tuple[Incoming, Evidence]] = {}
    for each, row in fresh:
        for _name, received in each.part.files:
            subject = f"submission:{row.pk}"
            proof = evidence_of(
                received=received, subject=subject, path=row.path, division_id=row.division_id, about=ABOUT, by=each.device.account, at=each.at)
            proofs.setdefault((subject, received.sha256), (each, proof))
    insert_all([proof for _each, proof in proofs.values()], ("subject", "sha256"))
    files = {}
    for each, row in fresh:
        for name, received in each.part.files:
            proof = proofs[f"submission:{row.pk}", received.sha256][1]
            files[row.pk, name, proof.pk] = Attachment(submission=row, name=name, evidence=proof, received_at=each.at)
    insert_all(list(files.values()), ("submission_id", "name", "evidence_id"))
    audit.append([each.context.run(_entry_of_file, each, proof) for each, proof in proofs.values()])


def _entry_of_file(each: Incoming, proof: Evidence) -> audit.Entry:
    return audit.entry(by=each.device.account, verb="attach_evidence", at=each.at, subject=proof.subject, path=proof.path, detail=told_of_evidence(proof))
