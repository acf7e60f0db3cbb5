"""Many parts of records in one transaction and a few statements, whoever sent them: what comes for the first time.

The same as `receive_part` for each, and by it for whatever is not plain: the later parts of a record, another content under a
number that is taken, a record that corrects another.
"""

from __future__ import annotations

import contextvars
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from wenqu.evidence.attaching import row_of as evidence_of
from wenqu.evidence.attaching import told_of as told_of_evidence
from wenqu.evidence.models import Evidence
from wenqu.kit import audit
from wenqu.kit.inserting import insert_all
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


@transaction.atomic
def receive_together(incoming: Sequence[Incoming]) -> list[Kept]:
    """Keep all of them, or none where any is in error."""
    plain = {each.key: each for each in incoming if not each.part.record.deprecated_id}
    rows = {key: row_of(each.part, each.device, None, each.part.place.reasons, each.at) for key, each in plain.items()}
    # In one order for all writers. Whoever loses a number to another writer waits for its commit.
    made = insert_all([rows[key] for key in sorted(rows)], ("instance_id", "sha256"))
    entries: list[audit.Entry] = []
    kept: dict[int, Kept] = {}
    for row in made:
        each = plain[row.instance_id, row.sha256]
        kept[id(each)] = Kept(row.pk, row.division_id, row.path)
        entries.append(each.context.run(_entry, each, row))
    _attach([(plain[row.instance_id, row.sha256], row) for row in made if plain[row.instance_id, row.sha256].part.files], entries)
    audit.append(entries)
    return [kept[id(each)] if id(each) in kept else each.receive() for each in incoming]


def _entry(each: Incoming, row: Submission) -> audit.Entry:
    return audit.entry(by=each.device.account, verb="receive_submission", at=each.at, subject=f"submission:{row.pk}", path=row.path, detail=told_of(row))


def _attach(fresh: list[tuple[Incoming, Submission]], entries: list[audit.Entry]) -> None:
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
    for each, proof in proofs.values():
        entries.append(each.context.run(_entry_of_file, each, proof))


def _entry_of_file(each: Incoming, proof: Evidence) -> audit.Entry:
    return audit.entry(by=each.device.account, verb="attach_evidence", at=each.at, subject=proof.subject, path=proof.path, detail=told_of_evidence(proof))
