"""The photos of records looked into: small copies for pages, and proof for the ledger. A broken one stays a download."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from wenqu.evidence.contents import Photo, type_of
from wenqu.evidence.models import Evidence, Kind
from wenqu.evidence.photos import look_at
from wenqu.evidence.received import Received
from wenqu.evidence.stores import SMALL, VIEW, name_of, storage
from wenqu.kit.audit import SYSTEM, Actor
from wenqu.kit.crypto.seal import CannotOpen
from wenqu.kit.refusal import Refused
from wenqu.survey.models import Attachment, State, Submission

log = logging.getLogger(__name__)
MOST = 200


def tick(*, at: datetime, going_on: Callable[[], bool] = lambda: True) -> int:
    """Look into the files of accepted records, the oldest first. Returns how many."""
    done = 0
    for row in waiting()[:MOST]:
        if not going_on():
            break
        try:
            look_into(attachment=row, by=SYSTEM, at=at)
            done += 1
        except Exception:
            # The storage may be away; what cannot be opened must not keep the others waiting.
            log.exception("attachment %s is looked into later", row.pk)
    return done


def waiting() -> QuerySet[Attachment]:
    """The files of accepted records that nobody looked into. Asked file by file whether its record is accepted: of records there are millions."""
    accepted = Submission.objects.filter(pk=OuterRef("submission_id"), state=State.ACCEPTED)
    return Attachment.objects.filter(Exists(accepted), looked_at=None).select_related("evidence").order_by("pk")


def look_into(*, attachment: Attachment, by: Actor, at: datetime) -> None:
    """Make the copies of a photo and keep what the camera says of it; what is no whole photo is a document from now on.

    The copies are written before the rows say that they are there. Again, it makes the same.
    """
    proof = attachment.evidence
    photo = _open(proof) if proof.kind == Kind.PHOTO else None
    if photo is not None:
        storage().keep(name_of(proof.sha256, SMALL), [photo.small])
        storage().keep(name_of(proof.sha256, VIEW), [photo.view])
    with transaction.atomic():
        if photo is not None:
            Evidence.objects.filter(pk=proof.pk).update(
                width=photo.width, height=photo.height, taken_at=photo.taken_at, longitude=photo.longitude, latitude=photo.latitude, crs=photo.crs)
        elif proof.kind == Kind.PHOTO:
            Evidence.objects.filter(pk=proof.pk).update(kind=Kind.DOCUMENT)
        Attachment.objects.filter(pk=attachment.pk).update(looked_at=at)


def _open(proof: Evidence) -> Photo | None:
    """The photo, None where it is broken or too large to open."""
    try:
        content = b"".join(storage().pieces(name_of(proof.sha256)))
        found = type_of(content[:65536], proof.name)
        return look_at(io.BytesIO(content), found, proof.name) if found is not None else None
    except Refused as refusal:
        log.info("evidence %s is no photo to show: %s", proof.pk, refusal.code)
    except (FileNotFoundError, CannotOpen) as error:
        # What is gone or spoilt is told by the doctor, every day.
        log.error("evidence %s does not open: %s", proof.pk, type(error).__name__)
    return None


def look_into_all(submission: Submission, at: datetime) -> None:
    """All files of a record that is about to prove something."""
    for row in submission.attachments.filter(looked_at=None).select_related("evidence"):
        look_into(attachment=row, by=SYSTEM, at=at)


def proofs_of(submission: Submission, names: Iterable[str]) -> list[Received]:
    """The photos of a record under these names, as the ledger takes proof; what is no whole photo proves nothing."""
    rows = submission.attachments.filter(name__in=set(names), evidence__kind=Kind.PHOTO).select_related("evidence").order_by("pk")
    found = {row.evidence.sha256: row.evidence for row in rows}
    return [
        Received(
            each.sha256, each.name, each.kind, each.content_type, each.size, width=each.width, height=each.height, taken_at=each.taken_at,
            longitude=each.longitude, latitude=each.latitude, crs=each.crs)
        for each in found.values()
    ]
