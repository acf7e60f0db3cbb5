"""How far a round is: village by village against the register, and surveyor by surveyor with their phones."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Max, Model, QuerySet

from wenqu.households.models import Household
from wenqu.places.models import Account, Division, Level
from wenqu.places.scope import Area, below, within
from wenqu.schemes.models import Scheme
from wenqu.survey.models import Assignment, Device, FormVersion, Round, State, Submission
from wenqu.survey.rounds.queries import in_area

# More villages than this are shown town by town.
MOST_VILLAGES = 60
# A phone from which nothing came for so long in a round that goes on is pointed out.
QUIET = timedelta(days=3)


@dataclass
class Line:
    """One village, or one town with all of its villages. `all`: how many households (or schemes) the register has there."""

    division: Division
    people: list[str] = field(default_factory=list)
    all: int = 0
    done: int = 0
    waiting: int = 0
    last_at: datetime | None = None

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.all) if self.all else 0

    def add(self, other: Line) -> None:
        self.all, self.done, self.waiting = self.all + other.all, self.done + other.done, self.waiting + other.waiting
        self.people += [name for name in other.people if name not in self.people]
        self.last_at = max((each for each in (self.last_at, other.last_at) if each is not None), default=None)


@dataclass
class Surveyor:
    """One of those who were sent, with what came from them in this round."""

    account: Account
    villages: int = 0
    accepted: int = 0
    waiting: int = 0
    last_at: datetime | None = None
    # Phones in use, with when the last record came from each.
    phones: list[Device] = field(default_factory=list)
    quiet: bool = False


@dataclass(frozen=True)
class Progress:
    lines: list[Line]
    total: Line
    surveyors: list[Surveyor]
    # Whether a line is a town.
    by_town: bool
    about: str


def progress_of(row: Round, area: Area, town: Division | None, at: datetime) -> Progress:
    """The progress of a round as far as somebody with this area sees it. Nine queries, whatever its size."""
    about = about_of(row)
    lines = _villages(row, area, about)
    total = Line(row.division)
    for line in lines.values():
        total.add(line)
    by_town = town is None and len(lines) > MOST_VILLAGES and row.division.level < Level.TOWN
    if town is not None:
        shown = [line for line in lines.values() if line.division.path.startswith(town.path)]
    else:
        shown = _towns(lines) if by_town else list(lines.values())
    return Progress(shown, total, _surveyors(row, area, at), by_town, about)


def about_of(row: Round) -> str:
    """What the records of a round are about: household unless its form says scheme."""
    told = FormVersion.objects.filter(form=row.form_id).order_by("-pk").values_list("about", flat=True).first()
    return "scheme" if told == "scheme" else "household"


def _records(row: Round, area: Area) -> QuerySet[Submission]:
    return within(Submission.objects.filter(round=row), area).order_by()


def _villages(row: Round, area: Area, about: str) -> dict[int, Line]:
    """The villages of a round: those that somebody was sent to, and those from which records came."""
    tasks = list(within(Assignment.objects.filter(round=row), area).order_by("path", "account__name").values_list("division_id", "account__name"))
    counted = {
        pk: (done, last) for pk, done, last in
        _records(row, area).filter(state=State.ACCEPTED).values_list("division_id").annotate(Count("subject", distinct=True), Max("received_at"))
    }
    waiting = {
        pk: (count, last) for pk, count, last in
        _records(row, area).filter(state=State.QUARANTINED).values_list("division_id").annotate(Count("pk"), Max("received_at"))
    }
    wanted = {pk for pk, _name in tasks} | counted.keys() | waiting.keys()
    lines = {each.pk: Line(each) for each in within(Division.objects.filter(pk__in=wanted), area).order_by("path")}
    for pk, count in _registered(row, about):
        if pk in lines:
            lines[pk].all = count
    for pk, name in tasks:
        lines[pk].people.append(name)
    for pk, line in lines.items():
        line.done, done_last = counted.get(pk, (0, None))
        line.waiting, waiting_last = waiting.get(pk, (0, None))
        line.last_at = max((each for each in (done_last, waiting_last) if each is not None), default=None)
    return lines


def _registered(row: Round, about: str) -> list[tuple[int, int]]:
    model: type[Model] = Scheme if about == "scheme" else Household
    counted = model._default_manager.filter(below(row.path)).order_by().values_list("division_id").annotate(Count("pk"))
    return list(counted)


def _towns(lines: dict[int, Line]) -> list[Line]:
    """The villages put together by their town."""
    by_path: dict[str, list[Line]] = defaultdict(list)
    for line in lines.values():
        by_path[line.division.path[: 4 * Level.TOWN]].append(line)
    out = []
    for town in Division.objects.filter(path__in=by_path).order_by("path"):
        whole = Line(town)
        for line in by_path[town.path]:
            whole.add(line)
        out.append(whole)
    return out


def _surveyors(row: Round, area: Area, at: datetime) -> list[Surveyor]:
    people: dict[int, Surveyor] = {}
    tasks = within(Assignment.objects.filter(round=row), area).order_by().values_list("account_id").annotate(Count("pk"))
    sent = dict(tasks)
    told = list(_records(row, area).values_list("account_id", "state").annotate(Count("pk"), Max("received_at")))
    for account in Account.objects.filter(pk__in={*sent, *(pk for pk, *_rest in told)}).order_by("name", "pk"):
        people[account.pk] = Surveyor(account, villages=sent.get(account.pk, 0))
    for pk, state, count, last in told:
        each = people[pk]
        each.last_at = max(last, each.last_at) if each.last_at else last
        if state == State.ACCEPTED:
            each.accepted = count
        elif state == State.QUARANTINED:
            each.waiting = count
    # Of a phone that also fills elsewhere, only what came from here.
    phones = within(Device.objects.filter(account__in=people, revoked_at=None), area.whole)
    for device in phones.annotate(last_at=Max("submissions__received_at", filter=in_area(area, "submissions__path"))).order_by("-pk"):
        people[device.account_id].phones.append(device)
    for each in people.values():
        each.quiet = row.closed_at is None and each.villages > 0 and (each.last_at is None or at - each.last_at > QUIET)
    return list(people.values())
