"""Reads of people, inside the part of an area where they are managed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404

from wenqu.kit.addresses import number_in
from wenqu.kit.refusal import Missing
from wenqu.people.models import Change, Decision, RightsRequest
from wenqu.places.models import Account, Division, Duty
from wenqu.places.rights import Role
from wenqu.places.scope import Area, below, within

PAGE = 50
STATES = ("active", "invited", "left")


@dataclass(frozen=True)
class Filters:
    """What a list of people is narrowed to; anything unknown in an address narrows nothing."""

    text: str = ""
    role: str = ""
    state: str = ""
    division: str = ""

    @classmethod
    def read(cls, values: dict[str, str]) -> Filters:
        role, state = values.get("role", ""), values.get("state", "")
        return cls(
            text=values.get("q", "").replace("\0", "").strip()[:60], role=role if role in Role.values else "", state=state if state in STATES else "",
            division=values.get("division", "").strip()[:60],
        )


def people_in(area: Area, manager: Account | None = None) -> QuerySet[Account]:
    """The people of an area: of whom any duty, past ones too, lies in it, or is asked for there. Somebody without any duty
    is seen by the manager who added them."""
    duties = within(Duty.objects.filter(account=OuterRef("pk")), area, "division__path")
    asked = within(RightsRequest.objects.filter(account=OuterRef("pk"), change=Change.GIVE, decision=Decision.WAITING), area)
    seen = Q(Exists(duties)) | Q(Exists(asked))
    if manager is not None and area.paths:
        seen |= Q(made_by=manager) & ~Q(Exists(Duty.objects.filter(account=OuterRef("pk"))))
    return Account.objects.filter(seen)


def person_in(area: Area, manager: Account, pk: int) -> Account:
    """The person, or 404 where they do not exist or belong to another area."""
    person = people_in(area, manager).filter(pk=pk).first()
    if person is None:
        there = Account.objects.filter(pk=pk).exists()
        raise Missing("outside_area", f"account:{pk}") if there else Missing("no_such_row", "account:?")
    return person


def duties_in(area: Area) -> QuerySet[Duty]:
    """The duties that lie in an area, those still held first, with their divisions."""
    return within(Duty.objects.select_related("division"), area, "division__path").order_by(
        F("to_on").desc(nulls_first=True), "-from_on", "-pk")


def duties_of(person: Account, area: Area) -> list[Duty]:
    return list(duties_in(area).filter(account=person))


def duty_of(person: Account, area: Area, pk: int) -> Duty:
    duty = duties_in(area).filter(account=person, pk=pk).first()
    if duty is None:
        raise Http404
    return duty


def list_of(area: Area, manager: Account, filters: Filters, division: Division | None, before: str, on: date) -> tuple[list[Account], int | None]:
    """One page of the people of an area, the newest account first, each with `shown_duties`; and where the next page begins."""
    found = people_in(area, manager)
    if filters.text:
        found = found.filter(Q(name__icontains=filters.text) | Q(username__icontains=filters.text))
    if filters.role or division is not None:
        duties = within(Duty.objects.filter(account=OuterRef("pk")), area, "division__path")
        if filters.state != "left":
            duties = duties.not_over(on)  # type: ignore[attr-defined]
        if filters.role:
            duties = duties.filter(role=filters.role)
        if division is not None:
            duties = duties.filter(below(division.path, "division__path"))
        found = found.filter(Exists(duties))
    found = _in_state(found, filters.state)
    last = number_in(before)
    if last is not None:
        found = found.filter(pk__lt=last)
    rows: list[Account] = list(found.order_by("-pk").prefetch_related(Prefetch("duties", duties_in(area), to_attr="shown_duties"))[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None


def _in_state(found: QuerySet[Account], state: str) -> QuerySet[Account]:
    if state == "left":
        return found.filter(is_active=False)
    if state == "active":
        return found.filter(is_active=True).exclude(password__startswith="!")
    if state == "invited":
        return found.filter(is_active=True, password__startswith="!")
    return found


def state_of(person: Account) -> str:
    """active, invited (has not set a password yet) or left."""
    if not person.is_active:
        return "left"
    return "active" if person.has_usable_password() else "invited"
