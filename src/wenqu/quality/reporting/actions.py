"""Tell what happened that makes reports due, tell that a report was made, and take either back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.evidence.actions import attach
from wenqu.evidence.received import Received
from wenqu.kit import audit
from wenqu.kit.plain_words import check_no_number
from wenqu.kit.refusal import Refused, check_same_request
from wenqu.places.models import Account, Division
from wenqu.places.scope import Area
from wenqu.quality.models import Happening, ReportMade
from wenqu.quality.plans.queries import adopted, pack_of
from wenqu.quality.reporting.permissions import check_can_report
from wenqu.quality.reporting.queries import events_of
from wenqu.rulebook.quality.plans import PlanPack
from wenqu.rulebook.quality.plans.model import ReportRule
from wenqu.rulebook.quality.plans.reporting import PROVEN


@dataclass(frozen=True, slots=True)
class Made:
    """What is told of a report: when, by whom, to whom of those who are to be told, by which means, and what proves it."""

    on: datetime
    sender: str
    receivers: Sequence[str]
    means: Sequence[str] = ()
    reference: str = ""
    note: str = ""


@transaction.atomic
def tell_happening(*, division: Division, pack_id: str, event: str, on: datetime, words: str, key: str, area: Area, by: Account | audit.Actor, at: datetime) -> Happening:
    """Something happened: the time of the reports that the plan of that year asks for runs from this moment. The same key again is the same."""
    check_can_report(division, area)
    Division.objects.select_for_update().get(pk=division.pk)
    earlier = Happening.objects.filter(key=key).first()
    if earlier is not None:
        check_same_request(earlier.division_id == division.pk)
        return earlier
    _check_moment(on, at)
    adoption = next((row for row in adopted(division.path, timezone.localtime(on).year) if row.pack_id == pack_id), None)
    if adoption is None:
        raise Refused("not_adopted", _("本县那一年度没有采用这个方案，请核对时间和方案"))
    if event not in {one.id for one in events_of(pack_of(adoption.edition))}:
        raise Refused("event_unknown", _("方案没有规定这种情形要报告，请重新选择"))
    if not words.strip():
        raise Refused("words_missing", _("请写明发生了什么"))
    check_no_number(words)
    row = Happening.objects.create(
        division=division, path=division.path, edition=adoption.edition, pack_id=pack_id, event=event, on=on, words=words.strip()[:300], key=key, by_id=by.pk, at=at)
    audit.record(by=by, verb="tell_happening", at=at, subject=f"happening:{row.pk}", path=row.path, detail={"pack": pack_id, "event": event, "on": on.isoformat()})
    return row


@transaction.atomic
def tell_report(
    *, division: Division, rule: str, told: Made, key: str, area: Area, by: Account | audit.Actor, at: datetime, happening: Happening | None = None, pack_id: str = "",
    year: int | None = None, files: Sequence[Received] = (),
) -> ReportMade:
    """A report was made: of a happening, or of a plan's year. The same key again is the same report."""
    check_can_report(division, area)
    Division.objects.select_for_update().get(pk=division.pk)
    earlier = ReportMade.objects.filter(key=key).first()
    if earlier is not None:
        check_same_request(earlier.division_id == division.pk and earlier.happening_id == (happening.pk if happening is not None else None))
        return earlier
    pack = _plan_of(division, happening, pack_id, year)
    _check(_rule_of(pack, rule, happening), told, files, happening, year, at)
    row = ReportMade.objects.create(
        division=division, path=division.path, happening=happening, pack_id=pack.id, rule=rule, year=None if happening is not None else year, on=told.on,
        sender=told.sender.strip()[:80], receivers=list(dict.fromkeys(told.receivers)), means=list(dict.fromkeys(told.means)), reference=told.reference.strip()[:200],
        note=told.note.strip()[:200], key=key, by_id=by.pk, at=at)
    for received in files:
        attach(received=received, subject=f"report:{row.pk}", path=row.path, division_id=row.division_id, about="made", by=by, at=at)
    audit.record(by=by, verb="tell_report", at=at, subject=f"report:{row.pk}", path=row.path, detail={
        "pack": pack.id, "report": rule, "on": told.on.isoformat(), "to": row.receivers, "means": row.means, "happening": row.happening_id, "year": row.year, "files": len(files)})
    return row


@transaction.atomic
def withdraw_happening(*, happening: Happening, why: str, area: Area, by: Account | audit.Actor, at: datetime) -> Happening:
    """It did not happen, or not so: nothing is due after it any more. Reports that were made of it are taken back first."""
    check_can_report(happening.division, area)
    row = Happening.objects.select_for_update(of=("self",)).select_related("division").get(pk=happening.pk)
    if row.made.filter(withdrawn_at=None).exists():
        raise Refused("has_reports", _("这件事已登记报告；登记错的，先撤回它的报告"))
    _withdraw(row, why, by, at)
    audit.record(by=by, verb="withdraw_happening", at=at, subject=f"happening:{row.pk}", path=row.path, detail={"event": row.event})
    return row


@transaction.atomic
def withdraw_report(*, report: ReportMade, why: str, area: Area, by: Account | audit.Actor, at: datetime) -> ReportMade:
    """What was told of a report is taken back; it stays readable and counts no more."""
    check_can_report(report.division, area)
    row = ReportMade.objects.select_for_update(of=("self",)).get(pk=report.pk)
    _withdraw(row, why, by, at)
    audit.record(by=by, verb="withdraw_report", at=at, subject=f"report:{row.pk}", path=row.path, detail={"pack": row.pack_id, "report": row.rule})
    return row


def _withdraw(row: Happening | ReportMade, why: str, by: Account | audit.Actor, at: datetime) -> None:
    if row.withdrawn_at is not None:
        raise Refused("withdrawn", _("这条登记已经撤回"))
    if not why.strip():
        raise Refused("why_missing", _("请写明撤回的原因"))
    check_no_number(why)
    row.withdrawn_by_id, row.withdrawn_at, row.withdrawn_why = by.pk, at, why.strip()[:200]
    row.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_why"])


def _plan_of(division: Division, happening: Happening | None, pack_id: str, year: int | None) -> PlanPack:
    if happening is not None:
        if happening.withdrawn_at is not None or happening.path != division.path:
            raise Refused("withdrawn", _("这件事的登记已经撤回，不再登记报告"))
        return pack_of(happening.edition)
    adoption = next((row for row in adopted(division.path, year or 0) if row.pack_id == pack_id), None)
    if adoption is None:
        raise Refused("not_adopted", _("本县这一年度没有采用这个方案"))
    return pack_of(adoption.edition)


def _rule_of(pack: PlanPack, rule: str, happening: Happening | None) -> ReportRule:
    found = pack.reports.get(rule)
    if found is None or (found.day is None if happening is None else found.events is None or happening.event not in found.events.words):
        raise Refused("report_unknown", _("方案没有规定这份报告，请重新选择"))
    return found


def _check(rule: ReportRule, told: Made, files: Sequence[Received], happening: Happening | None, year: int | None, at: datetime) -> None:
    _check_moment(told.on, at)
    if happening is not None and told.on < happening.on:
        raise Refused("before_it_happened", _("报告时间早于事情发生的时间，请核对"))
    if happening is None and timezone.localtime(told.on).year < (year or 0):
        raise Refused("before_its_year", _("报告时间早于这个年度，请核对年度和时间"))
    if not told.sender.strip():
        raise Refused("sender_missing", _("请写明由谁报告"))
    if not told.receivers or not set(told.receivers) <= set(rule.receivers.words):
        raise Refused("receivers_wrong", _("请选择报给了谁"))
    means = rule.means.words if rule.means is not None else ()
    if not set(told.means) <= set(means) or (means and not told.means):
        raise Refused("means_wrong", _("请选择用什么方式报告"))
    if set(told.means) & set(PROVEN) and not told.reference.strip() and not files:
        raise Refused("proof_missing", _("书面、邮件或系统报送的，要写文号或回执，或者附上文件"))
    for text in (told.sender, told.reference, told.note):
        check_no_number(text)


def _check_moment(on: datetime, at: datetime) -> None:
    if on > at:
        raise Refused("moment_to_come", _("时间不能晚于现在"))
