"""Ask for a change, take it back, turn it down, carry it out. A change that was carried out is taken back by another one."""

from __future__ import annotations

import json
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.changes.carrying import carry_out
from wenqu.changes.looking import Asked, Look, asked_of, look_into
from wenqu.changes.models import Change, Party, State
from wenqu.changes.permissions import (
    check_can_ask,
    check_can_decide,
    check_can_undo,
    check_can_withdraw_change,
)
from wenqu.households.models import Household
from wenqu.kit import audit
from wenqu.kit.plain_words import check_no_number
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account, Division
from wenqu.places.scope import Area

LEAST_WORDS = 4


@transaction.atomic
def ask_change(*, asked: Asked, note: str, sure: bool, key: str, area: Area, today: date, by: Account, at: datetime) -> Change:
    """Ask for a change of a household. `sure`: whoever asks looked at what seems to stand twice already. Sent again with the same
    key it is the same request."""
    _lock(asked.household.county_id, asked.parties)
    again = Change.objects.filter(key=key).first()
    if again is not None:
        if (again.household_id, again.kind, again.asked_by_id) != (asked.household.pk, asked.kind, by.pk):
            raise Refused("key_used", _("这个请求编号已用于另一次申请，请刷新页面后重新提交"))
        return again
    if asked.undoes is None:
        asked.household.refresh_from_db()
        check_can_ask(asked.household, area)
    else:
        check_can_undo(asked.undoes, area)
    if asked.other is not None:
        asked.other.refresh_from_db()
        check_can_ask(asked.other, area)
    check_no_number(note)
    look = look_into(asked, area, today)
    if look.warnings and not sure:
        raise Refused("look_again", _("可能重复：%(what)s。请核实后勾选“已核实不是重复登记”再提交") % {"what": "；".join(look.warnings)})
    return _store(asked, look, note, key, by, at)


def _store(asked: Asked, look: Look, note: str, key: str, by: Account, at: datetime) -> Change:
    home = asked.household
    change = Change.objects.create(
        household=home, division_id=home.division_id, path=home.path, kind=asked.kind, why=asked.why, happened_on=asked.happened_on,
        content=json.dumps(asked.wanted.stored(), ensure_ascii=False), other=asked.other, to_division=asked.to_division,
        new_number=look.plan.new_home.number if look.plan.new_home else "", identity=asked.identity, note=note.strip(), undoes=asked.undoes,
        asked_by=by, asked_at=at, key=key,
    )
    Party.objects.bulk_create([Party(change=change, household_id=pk) for pk in asked.parties])
    audit.record(by=by, verb="ask_household_change", at=at, subject=f"household:{home.pk}", path=home.path, detail=_told(change))
    return change


@transaction.atomic
def confirm_change(*, change: Change, basis: str, note: str = "", area: Area, today: date, by: Account, at: datetime) -> Change:
    """Carry a change out, by somebody else than who asked and as it was shown: where the register changed since, it is shown anew."""
    change = _locked(change)
    if change.state == State.DONE and change.decided_by_id == by.pk:
        return change
    check_can_decide(change, by, area)
    check_no_number(note)
    look = look_into(asked_of(change), area, today)
    if look.basis != basis:
        raise Refused("changed_meanwhile", _("台账在您查看之后又有变动；请核对现在的预览，再核定"))
    carry_out(change, look.plan, change.happened_on, by, at)
    change.moved = {path: number for path, number in look.plan.moved.items() if number}
    _decide(change, State.DONE, "confirm_household_change", note, by, at)
    return change


@transaction.atomic
def turn_down_change(*, change: Change, note: str, area: Area, by: Account, at: datetime) -> Change:
    """Refuse a request, and say why."""
    change = _locked(change)
    if change.state == State.TURNED_DOWN and change.decided_by_id == by.pk:
        return change
    check_can_decide(change, by, area)
    if len(note.strip()) < LEAST_WORDS:
        raise Refused("words_missing", _("请写明不予通过的理由"))
    check_no_number(note)
    _decide(change, State.TURNED_DOWN, "turn_down_household_change", note, by, at)
    return change


@transaction.atomic
def withdraw_change(*, change: Change, area: Area, by: Account, at: datetime) -> Change:
    """Take one's own request back."""
    change = _locked(change)
    if change.state == State.WITHDRAWN and change.decided_by_id == by.pk:
        return change
    check_can_withdraw_change(change, by, area)
    _decide(change, State.WITHDRAWN, "withdraw_household_change", "", by, at)
    return change


def _decide(change: Change, state: State, verb: str, note: str, by: Account, at: datetime) -> None:
    change.state, change.decided_by, change.decided_at, change.decided_note = state, by, at, note.strip()
    change.save(update_fields=["state", "decided_by", "decided_at", "decided_note", "moved"])
    Party.objects.filter(change=change).update(open=False)
    audit.record(by=by, verb=verb, at=at, subject=f"household:{change.household_id}", path=change.path, detail=_told(change))


def _told(change: Change) -> dict[str, object]:
    """For the log: which request, of what kind, of which households; no name and no number of anybody."""
    told: dict[str, object] = {"change": change.pk, "kind": change.kind, "happened_on": change.happened_on.isoformat()}
    if change.why:
        told["why"] = change.why
    told["households"] = sorted(change.parties.values_list("household_id", flat=True))
    if change.undoes_id is not None:
        told["undoes"] = change.undoes_id
    if change.moved:
        told["moved"] = change.moved
    return told


def _lock(county: int, households: list[int]) -> None:
    """Requests of a county come one after the other: nobody asks for the same number or person beside another. Then the households,
    in one order, so that an import or a decision waits."""
    list(Division.objects.select_for_update(no_key=True).filter(pk=county).values_list("pk"))
    list(Household.ever.select_for_update(no_key=True).filter(pk__in=households).order_by("pk").values_list("pk"))


def _locked(change: Change) -> Change:
    _lock(change.household.county_id, sorted(change.parties.values_list("household_id", flat=True)))
    return Change.objects.select_for_update(of=("self",)).select_related("household__county", "other", "to_division", "undoes").get(pk=change.pk)
