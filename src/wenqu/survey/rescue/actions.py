"""Take in the records of a rescue file: each by the very intake by which its phone would have sent it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from wenqu.importing.uploads import clean_name
from wenqu.kit import audit
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account
from wenqu.survey.devices.queries import device_of
from wenqu.survey.intake.files import TooLarge, take_in
from wenqu.survey.intake.grouping import keep
from wenqu.survey.intake.placing import Place, place_record
from wenqu.survey.intake.queries import same_record
from wenqu.survey.intake.reading import MOST_BYTES, Record, Unreadable, read_record
from wenqu.survey.intake.rows import Part
from wenqu.survey.intake.together import Incoming
from wenqu.survey.models import Device, Reason, State, Submission
from wenqu.survey.permissions import area_at, check_can_import_rescue
from wenqu.survey.rescue.reading import Rescued, RescuedFile, RescuedRecord, opened_rescue

TAKEN, THERE, QUARANTINED, REFUSED = "taken", "there", "quarantined", "refused"
STATES = {TAKEN: gettext_lazy("已收下"), THERE: gettext_lazy("早已收到"), QUARANTINED: gettext_lazy("收下，待裁定"), REFUSED: gettext_lazy("没有收下")}


@dataclass(frozen=True)
class Outcome:
    """What became of one record: `state` is one of the four above, `row` its row here, `told` why it waits or was refused."""

    instance: str
    state: str
    row: Submission | None = None
    told: tuple[str, ...] = ()


@dataclass
class Imported:
    """What became of one file: its records, or the sentence why not."""

    name: str
    device: Device | None = None
    part: int = 1
    parts: int = 1
    outcomes: list[Outcome] = field(default_factory=list)
    refused: str = ""

    @classmethod
    def of_refusal(cls, name: str, refused: Refused) -> Imported:
        """A file of which nothing was taken, for the list of several."""
        return cls(clean_name(name), refused=refused.message)

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(each.state for each in self.outcomes))


@sensitive_variables()
def import_rescue(*, file: IO[bytes], size: int, name: str, by: Account, at: datetime) -> Imported:
    """Take in a rescue file. `Refused` where it is none, or is of a phone that is not of the area of whoever brings it.

    Each record is committed by itself: what was taken in stays where the next one fails, and the same file again changes nothing.
    """
    with opened_rescue(file, size) as rescued:
        device = device_of(rescued.token)
        check_can_import_rescue(device, area_at(by, at))
        assert device is not None
        done = Imported(clean_name(name), device, rescued.part, rescued.parts)
        with audit.coming("rescue"):
            for each in rescued.records:
                done.outcomes.append(_take(rescued, each, device, at))
    _write_down(done, device, by, at)
    return done


@transaction.atomic
def _write_down(done: Imported, device: Device, by: Account, at: datetime) -> None:
    audit.record(by=by, verb="import_rescue", at=at, subject=f"device:{device.pk}", path=device.path, detail={
        "file": done.name, "part": done.part, "parts": done.parts, **done.counts})


def _take(rescued: Rescued, told: RescuedRecord, device: Device, at: datetime) -> Outcome:
    """One record, in the name of the phone's owner as if it had sent it."""
    raw = told.xml.encode("utf-8", "surrogatepass")
    try:
        if len(raw) > MOST_BYTES:
            raise Unreadable("too large")
        record = read_record(raw)
        known = same_record(record)
        files = [(file.name, take_in(_upload(rescued, file))) for file in told.files]
    except (Unreadable, SuspiciousOperation):
        # A name of a file that is none counts as a record that cannot be read.
        return Outcome(told.instance[:200], REFUSED, None, (_("记录无法读取，没有收下。请保留手机上的记录，联系县级管理员。"),))
    except TooLarge:
        return Outcome(told.instance[:200], REFUSED, None, (_("照片或附件超过大小上限，没有收下。请在手机里调小照片后再导出。"),))
    before = _missing(known.pk) if known else []
    row = _keep(record, files, device, at)
    kept = Submission.objects.defer("xml").select_related("version", "division").get(pk=row)
    reasons = tuple(str(Reason(code).label) for code in kept.reasons)
    if known is not None:
        more = len(before) - len(kept.missing)
        return Outcome(record.instance_id, THERE, kept, (_("补收 %(count)d 个文件") % {"count": more},) if more > 0 else ())
    return Outcome(record.instance_id, QUARANTINED if kept.state == State.QUARANTINED else TAKEN, kept, reasons)


def _keep(record: Record, files: list[tuple[str, Any]], device: Device, at: datetime) -> int:
    known = same_record(record)
    if known is not None and not files:
        return known.pk
    place = Place(device.division_id, device.path) if known is not None else place_record(record, device, at)
    part = Part(record, place, files)
    return keep(Incoming(part, device, at)).pk


def _missing(pk: int) -> list[str]:
    return list(Submission.objects.values_list("missing", flat=True).get(pk=pk))


def _upload(rescued: Rescued, file: RescuedFile) -> SimpleUploadedFile:
    if file.size > settings.EVIDENCE_PHOTO_BYTES:
        raise TooLarge
    return SimpleUploadedFile(file.name, rescued.bytes_of(file))
