"""Take in a workbook, check it, import it, undo it; save and delete column mappings."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.importing.mapping import parse_mapping, simple_mapping
from wenqu.importing.models import Batch, BatchState
from wenqu.importing.models import Mapping as SavedMapping
from wenqu.importing.refusal import TableError
from wenqu.importing.uploads import clean_name, detect_format
from wenqu.jobs.actions import submit_job
from wenqu.jobs.models import Job, State
from wenqu.kit import audit
from wenqu.kit.bulk import refresh_statistics
from wenqu.kit.crypto.files import seal_file
from wenqu.kit.digests import sha256_of
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account, CodeSystem, Division
from wenqu.registers import checking, undoing, writing
from wenqu.registers.catalogues import CATALOGUES, HOUSEHOLDS
from wenqu.registers.permissions import area_on, check_can_import
from wenqu.registers.reading import forget_work, source_file

Progress = Callable[[int, int], None]
Actor = Account | audit.Actor
CHECK_JOB, WRITE_JOB, UNDO_JOB = "import_check", "import_write", "import_undo"
CHECKABLE = frozenset({BatchState.UPLOADED, BatchState.CHECKED, BatchState.FAILED, BatchState.UNDONE})
WRITABLE = frozenset({BatchState.CHECKED, BatchState.IMPORTING})
UNDOABLE = frozenset({BatchState.IMPORTED, BatchState.IMPORTING, BatchState.UNDOING})


def _silent(done: int, total: int) -> None:
    return None


def _check_may(by: Actor, at: datetime, county: Division) -> None:
    check_can_import(county, area_on(by, timezone.localtime(at).date()))


def _check_state(batch: Batch, allowed: frozenset[Any]) -> None:
    batch.refresh_from_db(fields=["state"])
    if batch.state not in allowed:
        raise Refused("wrong_state", _("这个批次现在是「%(state)s」，不能这样做。") % {"state": batch.get_state_display()})


def _lock(batch: Batch, allowed: frozenset[Any]) -> None:
    """As `_check_state`, and nobody else changes the batch until the transaction ends."""
    Batch.objects.select_for_update().get(pk=batch.pk)
    _check_state(batch, allowed)


def _lock_idle(batch: Batch, allowed: frozenset[Any]) -> None:
    """As `_lock`, and no job of the batch waits or runs."""
    _lock(batch, allowed)
    batch.refresh_from_db(fields=["job"])
    if batch.job is not None and batch.job.state in {State.QUEUED, State.RUNNING}:
        raise Refused("job_running", _("这个批次还有任务没有完成，请稍候。"))


def receive_workbook(
    *, kind: str, county: Division, file: Path, file_name: str, code_system: str, observed_on: date, mapping_text: str = "",
    by: Actor, at: datetime,
) -> Batch:
    """Take in a delivered file: look at its content, keep a copy under a name of ours, make its batch."""
    _check_may(by, at, county)
    if kind not in CATALOGUES or code_system not in CodeSystem.values:
        raise Refused("unknown_kind", _("没有这种台账或代码系统。"))
    if observed_on > timezone.localtime(at).date():
        raise Refused("date_in_future", _("数据日期不能晚于今天。"))
    form = detect_format(file, settings.UPLOAD_LIMIT_BYTES)
    _check_mapping(kind, mapping_text)
    stored = uuid.uuid4().hex
    target = Path(settings.UPLOADS_DIR) / stored / f"source.{form}"
    target.parent.mkdir(parents=True)
    try:
        digest = sha256_of(file)
        seal_file(file, target)
        with transaction.atomic():
            batch = Batch.objects.create(
                division=county, path=county.path, kind=kind, file_name=clean_name(file_name), stored=stored, sha256=digest,
                code_system=code_system, observed_on=observed_on, mapping=mapping_text, by=by if isinstance(by, Account) else None,
                created_at=at,
            )
            _record(batch, "receive_workbook", by, at, {"file": batch.file_name, "kind": kind, "sha256": digest})
    except BaseException:
        shutil.rmtree(target.parent, ignore_errors=True)
        raise
    return batch


def _check_mapping(kind: str, text: str) -> None:
    try:
        if text:
            parse_mapping(text, CATALOGUES[kind].all_columns)
    except TableError as error:
        raise Refused(error.code, error.message) from None


def check_batch(*, batch: Batch, by: Actor, at: datetime, progress: Progress = _silent) -> Batch:
    """Dry run: read the whole file, compare every row with the database, make the annotated workbook. Writes no register."""
    _check_may(by, at, batch.division)
    _check_state(batch, CHECKABLE)
    _note_opening(batch, by, at)
    try:
        counts, report = checking.check(batch, progress)
    except TableError as error:
        # The file lies under a name of ours; people know it by theirs.
        told = error.message.replace(source_file(batch).name, batch.file_name).replace("映射文件（--map）", _("“指定列对应关系”"))
        _finish_check(batch, BatchState.FAILED, {}, {}, told, by, at)
        raise Refused(error.code, told) from None
    _finish_check(batch, BatchState.CHECKED, counts, report, "", by, at)
    return batch


@transaction.atomic
def _note_opening(batch: Batch, by: Actor, at: datetime) -> None:
    """A comparison opens all sealed numbers of the county, in memory: the log tells by whom and for what."""
    if batch.kind == HOUSEHOLDS:
        _record(batch, "open_register", by, at, {"file": batch.file_name})


@transaction.atomic
def _finish_check(batch: Batch, state: str, counts: dict[str, int], report: dict[str, Any], message: str, by: Actor, at: datetime) -> None:
    # A check may end long after it began: what the batch has become meanwhile is not taken back.
    _lock(batch, CHECKABLE)
    batch.state, batch.counts, batch.report, batch.message = state, counts, report, message
    batch.chunks_done, batch.imported_at, batch.undone_at = 0, None, None
    batch.save(update_fields=["state", "counts", "report", "message", "chunks_done", "imported_at", "undone_at"])
    _record(batch, "check_batch", by, at, counts)


def import_batch(*, batch: Batch, by: Actor, at: datetime, progress: Progress = _silent) -> Batch:
    """Write a checked batch into the register, chunk by chunk; a killed import goes on where it stopped."""
    _check_may(by, at, batch.division)
    _begin_import(batch)
    _note_opening(batch, by, at)
    try:
        counts = writing.write_batch(batch, writing.Acting(by, at), progress)
    except TableError as error:
        raise Refused(error.code, error.message) from None
    refresh_statistics(*writing.WRITTEN)
    with transaction.atomic():
        batch.state, batch.imported_at = BatchState.IMPORTED, at
        batch.counts = {**batch.counts, **counts}
        batch.save(update_fields=["state", "imported_at", "counts"])
        _record(batch, "import_batch", by, at, batch.counts)
    forget_work(batch)
    return batch


@transaction.atomic
def _begin_import(batch: Batch) -> None:
    _take_county(batch, WRITABLE)
    batch.state = BatchState.IMPORTING
    batch.save(update_fields=["state"])


def _take_county(batch: Batch, allowed: frozenset[Any]) -> None:
    # The county's row is the lock: two batches never write into one county at the same time, forwards or backwards.
    Division.objects.select_for_update().get(pk=batch.division_id)
    _check_state(batch, allowed)
    other = Batch.objects.filter(division_id=batch.division_id, state__in=[BatchState.IMPORTING, BatchState.UNDOING]).exclude(pk=batch.pk).first()
    if other is not None:
        raise Refused("county_busy", _("本县另一个批次「%(name)s」正在导入或撤销，请等它完成。") % {"name": other.file_name})


def undo_batch(*, batch: Batch, by: Actor, at: datetime, progress: Progress = _silent) -> Batch:
    """Take a whole batch back: facts withdrawn, changed rows restored, created rows deleted; refused where something depends on it."""
    _check_may(by, at, batch.division)
    _begin_undo(batch)
    undoing.undo(batch, writing.Acting(by, at), progress)
    with transaction.atomic():
        batch.state, batch.undone_at, batch.chunks_done = BatchState.UNDONE, at, 0
        batch.save(update_fields=["state", "undone_at", "chunks_done"])
        _record(batch, "undo_batch", by, at, batch.counts)
    forget_work(batch)
    return batch


@transaction.atomic
def _begin_undo(batch: Batch) -> None:
    _take_county(batch, UNDOABLE)
    undoing.check_nothing_depends(batch)
    batch.state = BatchState.UNDOING
    batch.save(update_fields=["state"])


@transaction.atomic
def submit_check(*, batch: Batch, by: Account, at: datetime) -> Job:
    """Queue the dry run of a batch."""
    _check_may(by, at, batch.division)
    _lock_idle(batch, CHECKABLE)
    return _submit(batch, CHECK_JOB, _("试导入 %(name)s"), by, at)


@transaction.atomic
def submit_import(*, batch: Batch, by: Account, at: datetime) -> Job:
    """Queue the writing of a checked batch."""
    _check_may(by, at, batch.division)
    _lock_idle(batch, WRITABLE)
    return _submit(batch, WRITE_JOB, _("导入 %(name)s"), by, at)


@transaction.atomic
def submit_undo(*, batch: Batch, by: Account, at: datetime) -> Job:
    """Queue the undoing of a batch; refuses at once where something depends on it."""
    _check_may(by, at, batch.division)
    _lock_idle(batch, UNDOABLE)
    undoing.check_nothing_depends(batch)
    return _submit(batch, UNDO_JOB, _("撤销导入 %(name)s"), by, at)


def _submit(batch: Batch, kind: str, title: str, by: Account, at: datetime) -> Job:
    job = submit_job(kind=kind, args={"batch": batch.pk}, title=title % {"name": batch.file_name}, path=batch.path, by=by, at=at)
    batch.job = job
    batch.save(update_fields=["job"])
    return job


@transaction.atomic
def set_mapping(*, batch: Batch, sources: Mapping[str, str], save_as: str = "", by: Actor, at: datetime) -> None:
    """Give a batch a mapping (column name -> header of the file), to be checked again; save it for reuse under a name."""
    _check_may(by, at, batch.division)
    _lock_idle(batch, CHECKABLE)
    text = simple_mapping({name: header for name, header in sources.items() if header})
    _check_mapping(batch.kind, text)
    # The rows kept since the last check were read with another mapping: only a new check makes it writable again.
    batch.mapping, batch.state = text, BatchState.UPLOADED
    batch.save(update_fields=["mapping", "state"])
    _record(batch, "set_mapping", by, at, {"columns": sorted(name for name, header in sources.items() if header)})
    if save_as.strip():
        save_mapping(county=batch.division, kind=batch.kind, name=save_as, text=text, by=by, at=at)


@transaction.atomic
def save_mapping(*, county: Division, kind: str, name: str, text: str, by: Actor, at: datetime) -> SavedMapping:
    """Save a mapping under a name, replacing the one of that name."""
    _check_may(by, at, county)
    _check_mapping(kind, text)
    mapping, _made = SavedMapping.objects.update_or_create(
        division=county, kind=kind, name=clean_name(name)[:80],
        defaults={"path": county.path, "text": text, "by": by if isinstance(by, Account) else None, "at": at},
    )
    audit.record(by=by, verb="save_mapping", at=at, subject=f"mapping:{mapping.pk}", path=county.path, detail={"name": mapping.name})
    return mapping


@transaction.atomic
def delete_mapping(*, mapping: SavedMapping, by: Actor, at: datetime) -> None:
    """Delete a saved mapping; batches keep the text they were read with."""
    _check_may(by, at, mapping.division)
    audit.record(by=by, verb="delete_mapping", at=at, subject=f"mapping:{mapping.pk}", path=mapping.path, detail={"name": mapping.name})
    mapping.delete()


@transaction.atomic
def note_download(*, batch: Batch, by: Actor, at: datetime) -> None:
    """Somebody takes the annotated workbook away: it holds personal data, so the log keeps it."""
    _check_may(by, at, batch.division)
    _record(batch, "download_annotated", by, at, {})


def _record(batch: Batch, verb: str, by: Actor, at: datetime, detail: dict[str, Any]) -> None:
    audit.record(by=by, verb=verb, at=at, subject=f"batch:{batch.pk}", path=batch.path, detail=detail)

