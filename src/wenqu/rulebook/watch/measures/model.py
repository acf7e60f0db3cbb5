"""The words of help for a household on the watch list (监测帮扶), frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from wenqu.rulebook.model import Head, Number

KIND = "watch-measures"
EVERYBODY, EDGE = "all", "edge"
PER_HOUSEHOLD = "元/户"


@dataclass(frozen=True, slots=True)
class Department:
    """A department that carries measures out. ``names`` are the other words by which sheets call it."""

    id: str
    zh: str
    en: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeasureKind:
    """A kind of measure 帮扶措施: who usually carries it out, whether it is offered, what it usually costs."""

    id: str
    zh: str
    en: str
    names: tuple[str, ...]
    department: str
    applies: Number
    cost: Number | None

    @property
    def usual_fen(self) -> int | None:
        """The usual cost for one household in fen; ``None`` where nobody told one."""
        return None if self.cost is None else int(Decimal(self.cost.value) * 100)


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usually done about a cause of risk: ids of kinds, with the place that says so."""

    cause: str
    kinds: tuple[str, ...]
    applies: Number


@dataclass(frozen=True, slots=True)
class Visits:
    """How often the contact person 联系人 comes or calls: ``every`` so many months, ``whom`` all or only 边缘易致贫户."""

    every: Number
    whom: Number
    ways: dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Insurance:
    """The insurance model 防贫保险 (Wuhu): lists by a day of the month, full days of the notice, percent of the checks that are checked again."""

    list_day: Number
    notice_days: Number
    sample: Number


@dataclass(frozen=True, kw_only=True)
class MeasurePack(Head):
    """A resolved, checked pack of measures."""

    departments: dict[str, Department] = field(default_factory=dict)
    kinds: dict[str, MeasureKind] = field(default_factory=dict)
    usual: dict[str, Usual] = field(default_factory=dict)
    visits: Visits | None = None
    insurance: Insurance | None = None

    @property
    def offered(self) -> tuple[MeasureKind, ...]:
        """The kinds that may be planned."""
        return tuple(kind for kind in self.kinds.values() if kind.applies.value == "yes")

    def usual_for(self, cause: str) -> tuple[MeasureKind, ...]:
        """The offered kinds that are usual for a cause."""
        found = self.usual.get(cause)
        if found is None or found.applies.value != "yes":
            return ()
        return tuple(self.kinds[name] for name in found.kinds if self.kinds[name].applies.value == "yes")

    def cost_of(self, cause: str) -> tuple[int, int]:
        """(fen, kinds without a known cost) of the usual measures for one household with this cause."""
        kinds = self.usual_for(cause)
        return sum(kind.usual_fen or 0 for kind in kinds), sum(kind.usual_fen is None for kind in kinds)

    def kind_named(self, text: str) -> MeasureKind | None:
        """The kind that a sheet calls by this word."""
        return next((kind for kind in self.kinds.values() if text in (kind.zh, kind.en, kind.id, *kind.names)), None)

    def department_named(self, text: str) -> Department | None:
        """The department that a sheet calls by this word."""
        return next((one for one in self.departments.values() if text in (one.zh, one.en, one.id, *one.names)), None)

    def visited(self, object_kind: str) -> bool:
        """Whether a household of this kind of object is visited by the clock of the pack."""
        return self.visits is not None and (self.visits.whom.value == EVERYBODY or object_kind == EDGE)
