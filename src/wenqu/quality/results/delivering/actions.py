"""Keep laboratories; take in their workbooks, read them, say how they are read, take their results."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.importing.laboratory.mapping import LabMapping
from wenqu.importing.uploads import clean_name, detect_format
from wenqu.jobs.actions import submit_job
from wenqu.jobs.models import Job, State
from wenqu.kit import audit
from wenqu.kit.crypto.files import seal_file
from wenqu.kit.days import day_of
from wenqu.kit.digests import sha256_of
from wenqu.kit.plain_words import check_no_number
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account, Division
from wenqu.places.rights import Right
from wenqu.places.scope import EVERYWHERE, Area, area_of
from wenqu.quality.models import Delivery, DeliveryState, LabFormat, Laboratory
from wenqu.quality.results.delivering import telling
from wenqu.quality.results.delivering.formats import digest_of
from wenqu.quality.results.delivering.keeping import PREFIX
from wenqu.quality.results.delivering.opening import NotRead, mapping_of, workbook
from wenqu.quality.results.delivering.taking import take_chunks
from wenqu.quality.results.permissions import check_can_deliver
from wenqu.quality.samples.permissions import check_can_sample

Actor = Account | audit.Actor
Progress = Callable[[int, int], None]
READABLE = frozenset({DeliveryState.UPLOADED, DeliveryState.READ, DeliveryState.FAILED})
# Taken once more, what fits by now is added; taken on, what a failed task left.
TAKEABLE = frozenset({DeliveryState.READ, DeliveryState.TAKING, DeliveryState.TAKEN})


def _silent(done: int, total: int) -> None:
    return None


def _check_may(delivery: Delivery, by: Actor, at: datetime, *, takes: bool = False) -> None:
    """Asked again when a job runs: whoever lost the duty since they asked is refused."""
    area = area_of(by, timezone.localtime(at).date()) if isinstance(by, Account) else EVERYWHERE
    if takes:
        _check_can_take(delivery, area)
    check_can_deliver(delivery.division, area)


def _check_can_take(delivery: Delivery, area: Area) -> None:
    """A workbook whose samples are registered with their results is taken by whoever may also register samples."""
    check_can_deliver(delivery.division, area)
    if "point" in mapping_of(delivery.mapping).sample:
        check_can_sample(delivery.path, area)


@transaction.atomic
def add_laboratory(*, county: Division, name: str, certificate: str, certified_until: date | None, area: Area, by: Actor, at: datetime) -> Laboratory:
    """Keep a laboratory of a county. The same name again gives the one that is there."""
    check_can_deliver(county, area)
    Division.objects.select_for_update(no_key=True).get(pk=county.pk)
    name, certificate = _named(name), certificate.strip()[:60]
    found = Laboratory.objects.filter(county=county, name=name).first()
    if found is not None:
        raise Refused("laboratory_there", _("本县已有这家检测机构"))
    row = Laboratory.objects.create(division=county, path=county.path, county=county, name=name, certificate=certificate, certified_until=certified_until, added_by_id=by.pk, added_at=at)
    audit.record(by=by, verb="add_laboratory", at=at, subject=f"laboratory:{row.pk}", path=row.path, detail={"name": name})
    return row


@transaction.atomic
def edit_laboratory(*, laboratory: Laboratory, name: str, certificate: str, certified_until: date | None, area: Area, by: Actor, at: datetime) -> Laboratory:
    """Change what is told of a laboratory."""
    check_can_deliver(laboratory.county, area)
    row = Laboratory.objects.select_for_update().get(pk=laboratory.pk)
    name = _named(name)
    if Laboratory.objects.filter(county=row.county_id, name=name).exclude(pk=row.pk).exists():
        raise Refused("laboratory_there", _("本县已有这家检测机构"))
    before = row.name
    row.name, row.certificate, row.certified_until = name, certificate.strip()[:60], certified_until
    row.save(update_fields=["name", "certificate", "certified_until"])
    audit.record(by=by, verb="edit_laboratory", at=at, subject=f"laboratory:{row.pk}", path=row.path, detail={"before": before, "name": name})
    return row


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused("name_missing", _("请填写检测机构的名称"))
    check_no_number(name)
    return name[:120]


def receive_delivery(*, laboratory: Laboratory, file: Path, file_name: str, area: Area, by: Actor, at: datetime) -> Delivery:
    """Take in a workbook: look at its content, keep a sealed copy. One that was taken is refused, one that waits is given again."""
    check_can_deliver(laboratory.county, area)
    form = detect_format(file, settings.UPLOAD_LIMIT_BYTES)
    if form == "parquet":
        raise Refused("file_not_a_table", _("请上传检测机构的 Excel 工作簿（.xlsx、.xls）或 .csv。"))
    digest = sha256_of(file)
    _check_new(laboratory.county_id, digest)
    waiting = Delivery.objects.filter(division=laboratory.county_id, digest=digest, laboratory=laboratory, taken_at=None).first()
    if waiting is not None:
        return waiting
    stored = PREFIX + uuid.uuid4().hex
    target = Path(settings.UPLOADS_DIR) / stored / f"source.{form}"
    target.parent.mkdir(parents=True)
    try:
        seal_file(file, target)
        with transaction.atomic():
            delivery = Delivery.objects.create(
                division=laboratory.county, path=laboratory.county.path, laboratory=laboratory, file_name=clean_name(file_name), stored=stored, digest=digest, by_id=by.pk, at=at)
            _record("receive_delivery", delivery, by, at, {"file": delivery.file_name, "sha256": digest})
    except BaseException:
        shutil.rmtree(target.parent, ignore_errors=True)
        raise
    return delivery


def _check_new(county: int, digest: str, but: int = 0) -> None:
    taken = Delivery.objects.filter(division=county, digest=digest, taken_at__isnull=False).exclude(pk=but).first()
    if taken is not None:
        raise Refused("file_taken", _("同样的文件已于 %(day)s 采用过（“%(name)s”），不用再上传") % {"day": timezone.localtime(taken.taken_at).date().isoformat(), "name": taken.file_name})


@transaction.atomic
def submit_read(*, delivery: Delivery, area: Area, by: Account, at: datetime) -> Job:
    """Queue the dry run."""
    check_can_deliver(delivery.division, area)
    delivery = _locked(delivery, READABLE)
    return _submit(delivery, "quality_read", _("试读检测报表 %(name)s"), by, at)


def read_delivery(*, delivery: Delivery, by: Actor, at: datetime, progress: Progress = _silent) -> Delivery:
    """Dry run: recognise, read, hold every result against the samples, mark the wrong cells. Writes no result."""
    _check_may(delivery, by, at)
    try:
        with workbook(delivery) as book:
            told = telling.dry_run(delivery, book, day_of(at), progress)
            return _finish_read(delivery, DeliveryState.READ, told, "", book.mapping, book.format, by, at)
    except NotRead as refusal:
        _finish_read(delivery, DeliveryState.FAILED, refusal.told, refusal.message, delivery.mapping, delivery.format, by, at)
        raise


@transaction.atomic
def _finish_read(delivery: Delivery, state: DeliveryState, told: dict[str, Any], message: str, mapping: str | None, format_: LabFormat | None, by: Actor, at: datetime) -> Delivery:
    # A dry run may end long after it began: what the delivery has become meanwhile is not taken back.
    row = _locked(delivery, READABLE)
    row.state, row.told, row.message, row.mapping, row.format, row.version = state, told, message, mapping, format_, row.version + 1
    row.save(update_fields=["state", "told", "message", "mapping", "format", "version"])
    if row.format is not None and not row.format.headers:
        # Said before anything was recognised: by which headers it is found again is known only now.
        row.format.headers, row.format.heads = told.get("headers", []), digest_of(told.get("headers", []))
        row.format.save(update_fields=["headers", "heads"])
    _record("read_delivery", row, by, at, {"results": told.get("results", 0), "cells": told.get("wrong", 0)})
    return row


@transaction.atomic
def map_delivery(*, delivery: Delivery, version: int, mapping: LabMapping, save_as: str, area: Area, by: Account, at: datetime) -> Job:
    """Say how a workbook is read, save it for the laboratory's next one where a name is given, and read it again."""
    check_can_deliver(delivery.division, area)
    row = _locked(delivery, READABLE, version)
    text = mapping.text()
    mapping_of(text)  # what was said must read as it was said
    row.mapping, row.format, row.state, row.version = text, None, DeliveryState.UPLOADED, row.version + 1
    if save_as.strip():
        row.format = _save_format(row, text, save_as, by, at)
    row.save(update_fields=["mapping", "format", "state", "version"])
    _record("map_delivery", row, by, at, {"saved": row.format.name if row.format else ""})
    return _submit(row, "quality_read", _("试读检测报表 %(name)s"), by, at)


def _save_format(row: Delivery, text: str, name: str, by: Actor, at: datetime) -> LabFormat:
    check_no_number(name)
    headers = row.told.get("headers", [])
    return LabFormat.objects.create(laboratory=row.laboratory, name=name.strip()[:120], headers=headers, heads=digest_of(headers), text=text, saved_by_id=by.pk, saved_at=at)


@transaction.atomic
def submit_take(*, delivery: Delivery, version: int, area: Area, by: Account, at: datetime) -> Job:
    """Queue the taking of what the dry run showed. Once taken, it may be asked for again: what fits by now is taken, nothing twice."""
    _check_can_take(delivery, area)
    Division.objects.select_for_update(no_key=True).get(pk=delivery.division_id)
    row = _locked(delivery, TAKEABLE, version)
    _check_new(row.division_id, row.digest, row.pk)
    if telling.fits_nothing(row.told) and row.state == DeliveryState.READ:
        raise Refused("nothing_fits", _("没有可以采用的结果；请先按试读的提示更正"))
    if row.state != DeliveryState.TAKING:
        row.state, row.chunks_done, row.counts = DeliveryState.TAKING, 0, {}
    row.taken_at, row.taken_by, row.version = row.taken_at or at, by, row.version + 1
    row.save(update_fields=["state", "taken_at", "taken_by", "chunks_done", "counts", "version"])
    return _submit(row, "quality_take", _("采用检测报表 %(name)s"), by, at)


def take_delivery(*, delivery: Delivery, by: Actor, at: datetime, progress: Progress = _silent) -> Delivery:
    """Take the results that fit, chunk by chunk; killed, it goes on where it stopped. All of them wait for review."""
    _check_may(delivery, by, at, takes=True)
    if Delivery.objects.values_list("state", flat=True).get(pk=delivery.pk) == DeliveryState.TAKEN:
        return delivery
    with workbook(delivery) as book:
        take_chunks(delivery, book, by, at, progress)
    with transaction.atomic():
        row = _locked(delivery, frozenset({DeliveryState.TAKING}))
        row.state, row.version = DeliveryState.TAKEN, row.version + 1
        row.save(update_fields=["state", "version"])
        _record("take_delivery", row, by, at, {"counts": row.counts})
    return row


def _locked(delivery: Delivery, allowed: frozenset[DeliveryState], version: int | None = None) -> Delivery:
    row = Delivery.objects.select_for_update(of=("self",)).select_related("laboratory__county", "division", "format").get(pk=delivery.pk)
    if version is not None and row.version != version:
        raise Refused("changed_meanwhile", _("这份报表刚刚被别人处理过，请刷新后再看"))
    if row.state not in allowed:
        raise Refused("wrong_state", _("这份报表现在是“%(state)s”，不能这样做") % {"state": row.get_state_display()})
    return row


def _submit(row: Delivery, kind: str, title: str, by: Account, at: datetime) -> Job:
    if row.job is not None and row.job.state in {State.QUEUED, State.RUNNING}:
        raise Refused("job_running", _("这份报表还有任务没有完成，请稍候。"))
    row.job = submit_job(kind=kind, args={"delivery": row.pk}, title=(title % {"name": row.file_name})[:200], path=row.path, by=by, at=at, result_right=Right.QUALITY_RESULTS)
    row.save(update_fields=["job"])
    return row.job


def _record(verb: str, delivery: Delivery, by: Actor, at: datetime, detail: dict[str, Any]) -> None:
    audit.record(by=by, verb=verb, at=at, subject=f"delivery:{delivery.pk}", path=delivery.path, detail=detail)
