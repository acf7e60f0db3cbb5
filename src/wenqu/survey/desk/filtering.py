"""The list of the desk: the records of an area in a state, narrowed to what somebody looks for."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import QueryDict

from wenqu.kit.addresses import number_in
from wenqu.places.models import Account, Division, Level
from wenqu.places.scope import Area, below, within
from wenqu.survey.models import Assignment, Reason, Round, State, Submission

SHOWN = 50
# Of the waiting records of an area no more are looked through for what the filters offer.
_MOST = 20_000
# Why a record came late or from somebody who has left: many at a time are decided of with one reason.
LATE = frozenset({Reason.ROUND_ENDED.value, Reason.NO_ROUND.value, Reason.DEVICE_REVOKED.value, Reason.NO_DUTY.value})


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; None or "" for all."""

    state: str = State.QUARANTINED.value
    reason: str = ""
    place: int | None = None
    surveyor: int | None = None
    round: int | None = None
    before: int | None = None

    @classmethod
    def of(cls, query: QueryDict) -> Wanted:
        state, reason = query.get("state", ""), query.get("reason", "")
        return cls(
            state if state in State.values else State.QUARANTINED.value, reason if reason in Reason.values else "",
            number_in(query.get("place", "")), number_in(query.get("surveyor", "")), number_in(query.get("round", "")), number_in(query.get("before", "")),
        )

    @property
    def narrowed(self) -> bool:
        return bool(self.reason or self.place or self.surveyor or self.round)


def submissions_in(area: Area, wanted: Wanted) -> QuerySet[Submission]:
    """The records of an area that are wanted, the newest first."""
    rows = within(Submission.objects.filter(state=wanted.state), area)
    if wanted.reason:
        rows = with_reason(rows, wanted.reason)
    if wanted.place is not None:
        place = within(Division.objects.filter(pk=wanted.place), area).first()
        rows = rows.filter(below(place.path)) if place is not None else rows.none()
    for field, value in (("account_id", wanted.surveyor), ("round_id", wanted.round)):
        if value is not None:
            rows = rows.filter(**{field: value})
    if wanted.before is not None:
        rows = rows.filter(pk__lt=wanted.before)
    return rows.select_related("division", "account", "device", "round", "version__form").defer("xml", "version__plan", "version__xform", "version__workbook").order_by("-pk")


def with_reason(rows: QuerySet[Submission], reason: str) -> QuerySet[Submission]:
    """Those that wait for this reason, among others. Written alike by both databases: the codes are plain words."""
    return rows.annotate(told=Cast("reasons", TextField())).filter(told__contains=f'"{reason}"')


def is_late(row: Submission) -> bool:
    """Whether nothing but being late speaks against a record."""
    return row.state == State.QUARANTINED and bool(row.reasons) and set(row.reasons) <= LATE


@dataclass(frozen=True)
class Offers:
    """What the filters offer: only what there is."""

    reasons: list[tuple[str, str]]
    places: list[Division]
    surveyors: list[Account]
    rounds: list[Round]


def offers_in(area: Area, state: str) -> Offers:
    """For the records of a state in an area. What waits is looked through; of the rest the tasks tell whose records there may be."""
    codes: set[str] = set()
    if state == State.QUARANTINED:
        waiting = list(within(Submission.objects.filter(state=state), area).order_by("-pk").values_list("reasons", "path", "account_id", "round_id")[:_MOST])
        codes = {code for reasons, *_rest in waiting for code in reasons}
        told = {(path, account, round_id) for _reasons, path, account, round_id in waiting}
    else:
        told = set(within(Assignment.objects.all(), area).values_list("path", "account_id", "round_id")[:_MOST])
    paths, people, rounds = {path for path, _account, _round in told}, {account for _path, account, _round in told}, {number for *_rest, number in told if number}
    # The towns of the villages too.
    wanted = paths | {path[:end] for path in paths for end in range(4, len(path), 4)}
    places = within(Division.objects.filter(path__in=wanted, level__gte=Level.TOWN), area).order_by("path")
    return Offers(
        [(code, str(label)) for code, label in Reason.choices if code in codes], list(places),
        list(Account.objects.filter(pk__in=people).order_by("name", "pk")), list(Round.objects.filter(pk__in=rounds).order_by("-pk")),
    )


def waiting_count(area: Area) -> int:
    """How many records of an area wait for a decision."""
    return within(Submission.objects.filter(state=State.QUARANTINED), area).count()


def late_in(area: Area, wanted: Wanted, by: Account) -> QuerySet[Submission]:
    """Those of the wanted that may be decided of together: late and nothing else, and not one's own."""
    other = ~Q(account=by)
    rows = submissions_in(area, wanted).filter(other, state=State.QUARANTINED).annotate(told=Cast(F("reasons"), TextField()))
    for code in Reason.values:
        if code not in LATE:
            rows = rows.exclude(told__contains=f'"{code}"')
    return rows
