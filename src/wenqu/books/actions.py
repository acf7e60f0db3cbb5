"""Take in the other side's book, look into it, compare, rule, issue the signed result, take back what was said of it."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.books import closing, issuing, returning, storing, working
from wenqu.books.keeping import PREFIX, RETURNED, folder
from wenqu.books.models import (
    BookKind,
    BookMapping,
    Comparison,
    ComparisonState,
    Issue,
    Return,
    RowClass,
    Ruling,
    Verdict,
)
from wenqu.books.permissions import area_on, check_can_compare, check_can_fetch, check_can_rule
from wenqu.books.table.ledgers import LEDGERS
from wenqu.importing.mapping import parse_mapping, simple_mapping
from wenqu.importing.refusal import TableError
from wenqu.importing.uploads import clean_name, detect_format
from wenqu.jobs.actions import submit_job
from wenqu.jobs.models import Job, State
from wenqu.kit import audit
from wenqu.kit.crypto.files import seal_file
from wenqu.kit.digests import sha256_of
from wenqu.kit.masking import cover
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account, Division
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right
from wenqu.places.scope import Area

Progress = Callable[[int, int], None]
Actor = Account | audit.Actor
LOOKABLE = frozenset({ComparisonState.UPLOADED, ComparisonState.LOOKED, ComparisonState.FAILED})
COMPARABLE = frozenset({ComparisonState.LOOKED, ComparisonState.COMPARED})
# Rulings that one request may make; more are made town by town.
MOST_AT_ONCE = 200_000


def _silent(done: int, total: int) -> None:
    return None


def _area(by: Actor, at: datetime) -> Area:
    return area_on(by, timezone.localtime(at).date())


def _check_may(comparison: Comparison, by: Actor, at: datetime) -> None:
    check_may(Right.COMPARE, comparison.path, _area(by, at))


def _account(by: Actor) -> Account | None:
    return by if isinstance(by, Account) else None


def _lock(comparison: Comparison, allowed: frozenset[Any], *, idle: bool = False) -> None:
    """Nobody else changes the comparison until the transaction ends; refuse where it is in another state, or (idle) has a job."""
    Comparison.objects.select_for_update().get(pk=comparison.pk)
    comparison.refresh_from_db()
    if comparison.state not in allowed:
        raise Refused("wrong_state", _("这次比对现在是「%(state)s」，不能这样做。") % {"state": comparison.get_state_display()})
    if idle and comparison.job is not None and comparison.job.state in {State.QUEUED, State.RUNNING}:
        raise Refused("job_running", _("这次比对还有任务没有完成，请稍候。"))


def receive_book(
    *, kind: str, division: Division, other: str, file: Path, file_name: str, mapping_text: str = "", by: Actor, at: datetime,
) -> Comparison:
    """Take in the other side's book: look at its content, keep a copy under a name of ours, make its comparison."""
    check_can_compare(division, _area(by, at))
    if kind not in BookKind.values:
        raise Refused("unknown_kind", _("没有这种台账。"))
    form = detect_format(file, settings.UPLOAD_LIMIT_BYTES)
    _check_mapping(kind, mapping_text)
    stored = PREFIX + uuid.uuid4().hex
    target = Path(settings.UPLOADS_DIR) / stored / f"source.{form}"
    target.parent.mkdir(parents=True)
    try:
        digest = sha256_of(file)
        seal_file(file, target)
        with transaction.atomic():
            comparison = Comparison.objects.create(
                division=division, path=division.path, kind=kind, other=cover(other.strip())[:80], file_name=clean_name(file_name), stored=stored, sha256=digest,
                mapping=mapping_text, by=_account(by), created_at=at,
            )
            _record(comparison, "receive_book", by, at, {"file": comparison.file_name, "kind": kind, "sha256": digest})
    except BaseException:
        shutil.rmtree(target.parent, ignore_errors=True)
        raise
    return comparison


def _check_mapping(kind: str, text: str) -> None:
    try:
        if text:
            parse_mapping(text, LEDGERS[kind].columns)
    except TableError as error:
        raise Refused(error.code, error.message) from None


@transaction.atomic
def submit_look(*, comparison: Comparison, by: Account, at: datetime) -> Job:
    """Queue the dry look."""
    _check_may(comparison, by, at)
    _lock(comparison, LOOKABLE, idle=True)
    return _submit(comparison, "books_look", _("试读 %(name)s"), {"comparison": comparison.pk}, by, at)


def look_into(*, comparison: Comparison, by: Actor, at: datetime, progress: Progress = _silent) -> Comparison:
    """Dry look: both books read, columns, key, doubles and unreadable cells told. Nothing is compared yet."""
    _check_may(comparison, by, at)
    _note_opening(comparison, by, at)
    try:
        found, state, message = working.look(comparison, at, progress), ComparisonState.LOOKED, ""
    except Refused as refusal:
        found, state, message = {}, ComparisonState.FAILED, refusal.message
        _finish_look(comparison, found, state, message, by, at)
        raise
    _finish_look(comparison, found, state, message, by, at)
    return comparison


@transaction.atomic
def _finish_look(comparison: Comparison, found: dict[str, Any], state: str, message: str, by: Actor, at: datetime) -> None:
    _lock(comparison, LOOKABLE)
    comparison.look, comparison.state, comparison.message = found, state, message
    comparison.save(update_fields=["look", "state", "message"])
    _record(comparison, "look_into_books", by, at, {"rows": found.get("theirs", {}).get("rows", 0), "cells": found.get("cells", 0)})


@transaction.atomic
def _note_opening(comparison: Comparison, by: Actor, at: datetime) -> None:
    """A comparison opens all sealed numbers of the area, in memory: the log tells by whom and for what."""
    if comparison.kind == BookKind.HOUSEHOLDS:
        _record(comparison, "open_register", by, at, {"file": comparison.file_name})


@transaction.atomic
def set_book_mapping(*, comparison: Comparison, sources: Mapping[str, str], save_as: str = "", by: Actor, at: datetime) -> None:
    """Say which header of theirs feeds which of our columns; save it for their next book under a name."""
    _check_may(comparison, by, at)
    _lock(comparison, LOOKABLE, idle=True)
    text = simple_mapping({name: header for name, header in sources.items() if header})
    _check_mapping(comparison.kind, text)
    comparison.mapping, comparison.state = text, ComparisonState.UPLOADED
    comparison.save(update_fields=["mapping", "state"])
    _record(comparison, "set_mapping", by, at, {"columns": sorted(name for name, header in sources.items() if header)})
    if save_as.strip():
        saved, _made = BookMapping.objects.update_or_create(
            division=comparison.division, kind=comparison.kind, name=clean_name(save_as)[:80],
            defaults={"path": comparison.path, "text": text, "by": _account(by), "at": at},
        )
        audit.record(by=by, verb="save_mapping", at=at, subject=f"mapping:{saved.pk}", path=saved.path, detail={"name": saved.name, "kind": saved.kind})


@transaction.atomic
def submit_comparison(*, comparison: Comparison, key: Sequence[str], columns: Sequence[str], blanks: bool, by: Account, at: datetime) -> Job:
    """Choose the key and the columns and queue the comparison."""
    _check_may(comparison, by, at)
    _lock(comparison, COMPARABLE, idle=True)
    _check_unruled(comparison)
    known = {column.name for column in LEDGERS[comparison.kind].columns}
    chosen = [name for name in dict.fromkeys(key) if name in known]
    compared = [name for name in dict.fromkeys(columns) if name in known and name not in chosen]
    if not chosen:
        raise Refused("no_key", _("请先选择关键列：两本台账按它对应每一行。"))
    # The rows that are kept belong to the key and columns of their own comparison: those of this one come with its rows.
    args = {"comparison": comparison.pk, "key": chosen, "columns": compared, "blanks": blanks, "replaces": _made_at(comparison)}
    return _submit(comparison, "books_compare", _("比对 %(name)s"), args, by, at)


def _made_at(comparison: Comparison) -> str:
    """Which of its results a comparison has: the moment at which it was made, "" for none yet."""
    return comparison.compared_at.isoformat() if comparison.compared_at else ""


def _check_unruled(comparison: Comparison) -> None:
    if comparison.rulings.exists() or comparison.issues.exists():
        raise Refused("already_ruled", _("已经有裁定或发出的结果，不能重新比对。需要时请重新上传，另做一次比对。"))


def compare_books(
    *, comparison: Comparison, key: Sequence[str] = (), columns: Sequence[str] = (), blanks: bool = True, replaces: str = "",
    by: Actor, at: datetime, progress: Progress = _silent,
) -> Comparison:
    """Compare both books as they stand now, by the usual key and in all columns unless told otherwise.

    `replaces` names the result that stood when this was asked for. Run again after a kill it begins anew; where it was
    killed after its end another result stands by now, and nothing is done. What was made before is replaced whole.
    """
    _check_may(comparison, by, at)
    if _made_at(comparison) != replaces:
        return comparison
    _note_opening(comparison, by, at)
    made = working.compare(comparison, working.Choice(tuple(key), tuple(columns), blanks), at, progress)
    with transaction.atomic():
        _lock(comparison, COMPARABLE)
        _check_unruled(comparison)
        comparison.key, comparison.columns, comparison.blanks = made.key, made.columns, blanks
        comparison.counts, comparison.parts = made.counts, made.parts
        comparison.snapshot, comparison.snapshot_at, comparison.compared_at, comparison.state = made.snapshot, at, at, ComparisonState.COMPARED
        comparison.message = ""
        if not made.counts["open"]:
            comparison.state, comparison.closed_at = ComparisonState.CLOSED, at
        comparison.save(update_fields=["key", "columns", "blanks", "counts", "parts", "snapshot", "snapshot_at", "compared_at", "state", "message", "closed_at"])
        _record(comparison, "compare_books", by, at, {"snapshot": made.snapshot, **made.counts["rows"]})
    return comparison


@transaction.atomic
def rule_row(*, comparison: Comparison, n: int, verdict: str, reason: str, version: int, by: Actor, at: datetime) -> Ruling:
    """Rule on one row. `version` is that of the ruling which the page showed (0: none): of two people at once one wins."""
    told = _check_words(verdict, reason)
    Comparison.objects.select_for_update().get(pk=comparison.pk)
    comparison.refresh_from_db()
    check_can_rule(comparison, _area(by, at))
    if storing.class_of(comparison, n) in ("", RowClass.MATCHED):
        raise Refused("no_such_row", _("没有这一行，或这一行两本台账一致，不需要裁定。"))
    ruling = comparison.rulings.select_related("by").filter(n=n).first()
    if ruling is not None and ruling.by_id == by.pk and (ruling.verdict, ruling.reason) == (verdict, told):
        return ruling  # the same click again
    if (ruling.version if ruling else 0) != version:
        raise Refused("changed_meanwhile", _("这一行刚由%(who)s于 %(when)s 裁定为“%(verdict)s”，您的裁定没有保存。请刷新后再看。") % {
            "who": ruling.by.name if ruling and ruling.by else _("系统"), "when": f"{timezone.localtime(ruling.at):%m-%d %H:%M}" if ruling else "",
            "verdict": ruling.get_verdict_display() if ruling else ""})
    if ruling is None:
        row = storing.row_of(comparison, n)
        ruling = Ruling(comparison=comparison, n=n, own=row["own"] if row else None, version=0)
    elif ruling.closed_at is not None:
        raise Refused("row_closed", _("这一行双方已经销号，不能再改裁定。"))
    ruling.verdict, ruling.reason, ruling.by, ruling.at, ruling.version = verdict, told, _account(by), at, ruling.version + 1
    # What was said of another ruling is not said of this one.
    ruling.opinion, ruling.remark, ruling.answered_by, ruling.answered_at = "", "", "", None
    ruling.save()
    _record(comparison, "rule_row", by, at, {"row": n, "verdict": verdict, "version": ruling.version})
    return ruling


def _check_words(verdict: str, reason: str) -> str:
    """The reason without anybody's number: it goes into a file that leaves the house."""
    if verdict not in Verdict.values:
        raise Refused("unknown_verdict", _("请选择一种裁定。"))
    if not reason.strip() or len(reason.strip()) > 200:
        raise Refused("no_reason", _("请写明裁定理由（200 字以内）。"))
    return cover(reason.strip())[:200]


@transaction.atomic
def rule_rows(*, comparison: Comparison, wanted: storing.Filter, verdict: str, reason: str, expected: int, by: Actor, at: datetime) -> int:
    """Rule alike on all rows of a filter that are not ruled yet. `expected` is how many the page named: refused where it is another number."""
    told = _check_words(verdict, reason)
    Comparison.objects.select_for_update().get(pk=comparison.pk)
    comparison.refresh_from_db()
    check_can_rule(comparison, _area(by, at))
    if wanted.kind not in (*RowClass.values,) or wanted.kind == RowClass.MATCHED:
        raise Refused("no_such_row", _("请选择一类需要裁定的行。"))
    first, last = storing.stretch(comparison, wanted)
    ruled = set(comparison.rulings.filter(n__gte=first, n__lte=last).values_list("n", flat=True))
    found = [(n, own) for n, own in storing.refs_of(comparison, wanted) if n not in ruled]
    if len(found) != expected:
        raise Refused("changed_meanwhile", _("这一类还没有裁定的行刚才有了变化：您确认的是 %(expected)d 行，现在是 %(found)d 行。没有保存，请刷新后再确认。") % {
            "expected": expected, "found": len(found)})
    if len(found) > MOST_AT_ONCE:
        raise Refused("too_many_rows", _("一次最多裁定 %(most)d 行，请先按乡镇筛选，分批裁定。") % {"most": MOST_AT_ONCE})
    account = _account(by)
    Ruling.objects.bulk_create(
        (Ruling(comparison=comparison, n=n, own=own, verdict=verdict, reason=told, by=account, at=at) for n, own in found), batch_size=2_000)
    _record(comparison, "rule_rows", by, at, {"rows": len(found), "verdict": verdict, "kind": wanted.kind})
    return len(found)


@transaction.atomic
def submit_issue(*, comparison: Comparison, every_row: bool, by: Account, at: datetime) -> Issue:
    """Queue the writing of a signed result workbook, with the rulings as they will stand when it is written."""
    area = _area(by, at)
    check_can_rule(comparison, area)
    _lock(comparison, frozenset({ComparisonState.COMPARED}), idle=True)
    last = comparison.issues.order_by("-number").first()
    issue = Issue.objects.create(
        comparison=comparison, number=last.number + 1 if last else 1, by=by, at=at, every_row=every_row,
        whole_phones=area.may(Right.EXPORT_PHONES).covers(comparison.path),
    )
    _submit(comparison, "books_issue", _("发出比对结果 %(name)s"), {"issue": issue.pk}, by, at)
    return issue


def write_issue(*, issue: Issue, by: Actor, at: datetime, progress: Progress = _silent) -> Issue:
    """Write the workbook of an issue, sealed, and sign it. Run again before it was signed, it is written anew."""
    comparison = issue.comparison
    _check_may(comparison, by, at)
    if issue.done_at is not None:
        return issue
    issue.whole_phones = issue.whole_phones and _area(by, at).may(Right.EXPORT_PHONES).covers(comparison.path)
    written = issuing.write_issue(issue, _area(by, at), at, progress)
    with transaction.atomic():
        issue.rows, issue.told, issue.signature, issue.done_at, issue.at = written.rows, written.told, written.signature, at, at
        issue.save(update_fields=["rows", "told", "signature", "done_at", "at", "whole_phones"])
        _record(comparison, "issue_result", by, at, {"number": issue.number, "rows": issue.rows, "phones": "whole" if issue.whole_phones else "masked"})
    return issue


@transaction.atomic
def note_issue_taken(*, issue: Issue, by: Actor, at: datetime) -> None:
    """Somebody takes a result workbook away: the log keeps it."""
    check_can_fetch(issue, _area(by, at))
    _record(issue.comparison, "download_issue", by, at, {"number": issue.number})


def receive_return(*, comparison: Comparison, file: Path, file_name: str, by: Account, at: datetime) -> tuple[Return, bool]:
    """Take in a result workbook that came back and queue its reading. Of a file that was taken already nothing is done: (row, False)."""
    _check_may(comparison, by, at)
    if detect_format(file, settings.UPLOAD_LIMIT_BYTES) != "xlsx":
        raise Refused("file_not_a_table", _("请交回发出的 .xlsx 结果工作簿。"))
    digest = sha256_of(file)
    known = comparison.returns.filter(sha256=digest, taken=True).first()
    if known is not None:
        return known, False
    target = folder(comparison) / f"{RETURNED}{uuid.uuid4().hex}.xlsx"
    try:
        seal_file(file, target)
        with transaction.atomic():
            _lock(comparison, frozenset({ComparisonState.COMPARED}), idle=True)
            returned, _made = Return.objects.update_or_create(
                comparison=comparison, sha256=digest,
                defaults={"file_name": clean_name(file_name), "stored": target.name, "by": by, "at": at, "done_at": None, "message": "", "findings": [], "counts": {}},
            )
            _record(comparison, "receive_return", by, at, {"file": returned.file_name, "sha256": digest})
            _submit(comparison, "books_return", _("回导 %(name)s"), {"return": returned.pk}, by, at)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return returned, True


def take_return(*, returned: Return, by: Actor, at: datetime, progress: Progress = _silent) -> Return:
    """Read what came back; where nothing in it was changed take the opinions and close what both sides agree on, all or nothing."""
    comparison = returned.comparison
    _check_may(comparison, by, at)
    if returned.done_at is not None:
        return returned
    progress(5, 100)
    try:
        back = returning.read_back(returned)
    except Refused as refusal:
        _refuse_return(returned, refusal.message, [], by, at)
        raise
    progress(70, 100)
    if back.findings:
        message = _("这份结果在我方发出之后被改动，没有采用。")
        _refuse_return(returned, message, back.findings[: returning.MOST_FINDINGS], by, at)
        raise Refused("altered", message)
    with transaction.atomic():
        _lock(comparison, frozenset({ComparisonState.COMPARED}))
        counts = closing.take_opinions(comparison, back, at)
        returned.taken, returned.done_at, returned.counts, returned.message = True, at, counts, ""
        returned.save(update_fields=["taken", "done_at", "counts", "message"])
        _record(comparison, "take_return", by, at, {"number": back.issue.number, **counts})
    return returned


@transaction.atomic
def _refuse_return(returned: Return, message: str, findings: list[str], by: Actor, at: datetime) -> None:
    returned.taken, returned.done_at, returned.message, returned.findings = False, at, message, findings
    returned.save(update_fields=["taken", "done_at", "message", "findings"])
    _record(returned.comparison, "refuse_return", by, at, {"cells": len(findings)})


def _submit(comparison: Comparison, kind: str, title: str, args: dict[str, Any], by: Account, at: datetime) -> Job:
    job = submit_job(kind=kind, args=args, title=title % {"name": comparison.file_name}, path=comparison.path, by=by, at=at)
    comparison.job = job
    comparison.save(update_fields=["job"])
    return job


def _record(comparison: Comparison, verb: str, by: Actor, at: datetime, detail: dict[str, Any]) -> None:
    audit.record(by=by, verb=verb, at=at, subject=f"comparison:{comparison.pk}", path=comparison.path, detail=detail)
