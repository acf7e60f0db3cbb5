"""Who may ask for a change, and who may decide on it. Buttons, pages and actions ask here."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from wenqu.changes.models import Change, Kind, Party, State
from wenqu.households.models import Household
from wenqu.households.permissions import check_stands
from wenqu.kit.refusal import Refused
from wenqu.kit.registry import holds_of
from wenqu.places.models import Account
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right
from wenqu.places.scope import Area


def check_can_ask(household: Household, area: Area) -> None:
    check_may(Right.CHANGE, household.path, area)
    check_stands(household)
    check_none_open([household.pk])


def check_none_open(households: Iterable[int]) -> None:
    """One open request a household: whoever came first is waited for."""
    found = Party.objects.filter(household__in=list(households), open=True).select_related("change__asked_by").first()
    if found is not None:
        raise Refused("already_asked", _("%(name)s已于 %(day)s 为这户申请“%(kind)s”，尚待核定；核定或撤回后才能再申请") % {
            "name": found.change.asked_by.name, "day": found.change.asked_at.date(), "kind": found.change.get_kind_display()})


def check_may_leave(household: Household, died: bool) -> None:
    """Who is watched or being helped does not leave the register by a change of members; who died does."""
    held = [] if died else holds_of(household.pk)
    if held:
        raise Refused("held", _("这户不能退出或并入他户：%(why)s") % {"why": "；".join(held)})


def places_of(change: Change) -> set[str]:
    """Every place that a change touches: whoever decides answers for all of them."""
    found = set(Household.ever.filter(changed_in__change=change).values_list("path", flat=True)) | {change.path}
    if change.to_division is not None:
        found.add(change.to_division.path)
    if change.kind == Kind.UNDO and change.undoes is not None:
        found |= set(change.undoes.moved)
    return found


def check_can_decide(change: Change, by: Account, area: Area) -> None:
    for path in sorted(places_of(change)):
        check_may(Right.CONFIRM_CHANGE, path, area)
    _check_open(change)
    if change.asked_by_id == by.pk:
        raise Refused("own_request", _("不能核定自己申请的变更；请由另一人核定"))


def check_can_withdraw_change(change: Change, by: Account, area: Area) -> None:
    check_may(Right.CHANGE, change.path, area)
    _check_open(change)
    if change.asked_by_id != by.pk:
        raise Refused("others_request", _("只有申请人本人可以撤回；核定人可以不予通过"))


def check_can_undo(change: Change, area: Area) -> None:
    check_may(Right.CHANGE, change.path, area)
    if change.state != State.DONE:
        raise Refused("not_done", _("只有已核定的变更可以申请撤销"))
    if change.undone_by.filter(state__in=(State.ASKED, State.DONE)).exists():
        raise Refused("undone_already", _("这次变更已经撤销或正在申请撤销"))
    check_none_open(change.parties.values_list("household_id", flat=True))


def _check_open(change: Change) -> None:
    if change.state != State.ASKED:
        raise Refused("decided_already", _("这个申请%(state)s，不能再办理") % {"state": change.get_state_display()})
