"""The table of a county report (seeds, 篇十三): households, people and measures by cause, by kind of object and by type of measure.

Everything is counted from the ledger as of a day: who had come onto the list by then, whether or not they have left it since, and the
measures planned by then that were not dropped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from wenqu.households.models import Member
from wenqu.places.scope import Area, within
from wenqu.watch.models import Measure, MeasureState, Watched


@dataclass
class Cell:
    """What is counted for one kind of object in a row. `households` of a type of measure are those with at least one."""

    households: int = 0
    people: int = 0
    measures: int = 0
    done: int = 0
    fen: int = 0

    def add(self, other: Cell) -> None:
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass
class Row:
    """A cause or a type of measure: its cells by kind of object, and their sum."""

    name: str
    cells: dict[str, Cell] = field(default_factory=dict)

    def cell(self, kind: str) -> Cell:
        return self.cells.setdefault(kind, Cell())

    @property
    def total(self) -> Cell:
        out = Cell()
        for each in self.cells.values():
            out.add(each)
        return out


@dataclass
class Report:
    """`by_cause` and `by_type` with their sums; `cross`: measures by (cause, type, kind of object)."""

    on: date
    kinds: list[str]
    causes: list[Row]
    types: list[Row]
    cross: Counter[tuple[str, str, str]]

    @property
    def total(self) -> Row:
        """The sum over the causes: every household has one main cause."""
        return _sum(self.causes)

    @property
    def total_of_types(self) -> Row:
        """The sum over the types: a household with measures of two types counts in both, so households are not summed."""
        out = _sum(self.types)
        for cell in out.cells.values():
            cell.households = cell.people = 0
        return out


def report_of(area: Area, on: date, still: bool = False) -> Report:
    """The report of an area as of a day; `still` counts only who was on the list on that day."""
    watched = within(Watched.objects.filter(entered_on__lte=on), area)
    if still:
        watched = watched.filter(Q(left_on=None) | Q(left_on__gt=on))
    causes: dict[str, Row] = {}
    types: dict[str, Row] = {}
    names: dict[str, str] = {}
    cross: Counter[tuple[str, str, str]] = Counter()
    cause_of: dict[int, tuple[str, str]] = {}
    members = Member.objects.filter(household=OuterRef("household")).order_by().values("household").annotate(n=Count("pk")).values("n")
    told = watched.order_by("pk").annotate(heads=Coalesce("household__people", Subquery(members), 0))
    for pk, kind, kind_name, main, ids, words, heads in told.values_list("pk", "object_kind", "object_name", "main_cause", "causes", "cause_names", "heads"):
        cause_of[pk] = main, kind
        names.setdefault(kind, kind_name)
        cell = causes.setdefault(main, Row(cause_name(main, ids, words))).cell(kind)
        cell.households += 1
        cell.people += heads
    covered: set[tuple[int, str]] = set()
    rows = Measure.objects.filter(watched__in=watched, planned_on__lte=on).exclude(state=MeasureState.DROPPED)
    for pk, kind_of, name, done_on, fen in rows.order_by("pk").values_list("watched", "kind", "kind_name", "done_on", "done_fen"):
        main, kind = cause_of[pk]
        row = types.setdefault(kind_of, Row(name))
        done = done_on is not None and done_on <= on
        for cell in (causes[main].cell(kind), row.cell(kind)):
            cell.measures += 1
            cell.done += done
            cell.fen += (fen or 0) if done else 0
        if (pk, kind_of) not in covered:
            covered.add((pk, kind_of))
            row.cell(kind).households += 1
        cross[causes[main].name, name, names[kind]] += 1
    return Report(on, *_named(names, causes, types), cross)


def _named(names: dict[str, str], causes: dict[str, Row], types: dict[str, Row]) -> tuple[list[str], list[Row], list[Row]]:
    """Kinds by the words they have on the list, the most frequent rows first."""
    for row in (*causes.values(), *types.values()):
        cells, row.cells = row.cells, {}
        for kind, cell in cells.items():
            row.cell(names[kind]).add(cell)
    kinds = sorted(dict.fromkeys(names.values()), key=lambda name: -sum(row.cell(name).households for row in causes.values()))
    for row in types.values():
        for name in kinds:
            row.cell(name)
    by_households = sorted(causes.values(), key=lambda row: (-row.total.households, row.name))
    return kinds, by_households, sorted(types.values(), key=lambda row: (-row.total.measures, row.name))


def cause_name(main: str, ids: list[str], words: list[str]) -> str:
    """The words that the main cause had when the household came onto the list."""
    return dict(zip(ids, words, strict=False)).get(main) or main or "–"


def _sum(rows: Iterable[Row]) -> Row:
    out = Row("")
    for row in rows:
        for kind, cell in row.cells.items():
            out.cell(kind).add(cell)
    return out
