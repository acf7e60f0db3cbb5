"""Reads of requests for rights."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet

from wenqu.kit.refusal import why_not
from wenqu.people.four_eyes.permissions import check_can_decide
from wenqu.people.models import Decision, Invitation, RightsRequest
from wenqu.places import paths
from wenqu.places.models import Account, Duty
from wenqu.places.queries import missing_row
from wenqu.places.rights import Right, roles_with
from wenqu.places.scope import Area, within

RECENT = 30


def requests_in(area: Area) -> QuerySet[RightsRequest]:
    """The requests of an area with what their rows show."""
    return within(RightsRequest.objects.select_related("account", "division", "duty__division", "asked_by", "decided_by", "taker"), area)


def waiting(area: Area) -> list[RightsRequest]:
    return list(requests_in(area).filter(decision=Decision.WAITING).order_by("pk"))


def waiting_count(area: Area) -> int:
    return within(RightsRequest.objects.filter(decision=Decision.WAITING), area).count()


def decided(area: Area) -> list[RightsRequest]:
    return list(requests_in(area).exclude(decision=Decision.WAITING).order_by("-decided_at", "-pk")[:RECENT])


def request_in(area: Area, pk: int) -> RightsRequest:
    found = requests_in(area).filter(pk=pk).first()
    if found is None:
        raise missing_row(RightsRequest, pk, "request")
    return found


def common_path(found: list[str]) -> str:
    """The path of the nearest division that holds all of these."""
    if not found:
        return ""
    shared = [each for each in paths.ancestors(found[0]) if all(path.startswith(each) for path in found)]
    return shared[-1] if shared else ""


def deciders(request: RightsRequest, at: datetime, on: date) -> list[Account]:
    """Who can decide a request: those who manage people at its place or above it, save the asker and the person concerned."""
    duties = Duty.objects.held_on(on).filter(role__in=roles_with(Right.PEOPLE), division__path__in=paths.ancestors(request.path))
    people = Account.objects.filter(pk__in=duties.values("account"), is_active=True).order_by("pk")
    return [person for person in people if why_not(check_can_decide, request, person, at) is None]


def origin_of(account: Account) -> Invitation | None:
    """The link by which somebody last set their password: whoever decides should know who had it in hand."""
    return Invitation.objects.filter(account=account, used_at__isnull=False).select_related("made_by").order_by("-used_at").first()


def asker_sent_the_link(request: RightsRequest) -> bool:
    """Whether the person concerned last set their password by a link that the asker had in hand."""
    origin = origin_of(request.account)
    return origin is not None and origin.made_by_id in {request.asked_by_id, request.begun_by_id}
