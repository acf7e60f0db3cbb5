"""What is known of one household for a judging: told rows, and what other rooms know. The columns of `snapshot` say the same for many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q

from wenqu.households.models import Household
from wenqu.judging.models import Grade, OverallCode
from wenqu.rulebook.watch.judging import Household as House
from wenqu.rulebook.watch.judging import Item, JudgingPack, household_columns
from wenqu.rulebook.watch.judging.facts import COLUMNS
from wenqu.watch.judging.asked import WATER
from wenqu.watch.models import Course, HouseFact, IncomeItem, Watched, WatchGrade
from wenqu.watch.models.courses import Route

SECURED = {OverallCode.SAFE: True, OverallCode.BASIC: True, OverallCode.UNSAFE: False}


@dataclass(frozen=True)
class Known:
    """A household as a judging sees it. `water`, `marked` and `people` are what other rooms say now."""

    household: Household
    house: House
    items: tuple[Item, ...]
    water: int | None
    marked: bool
    people: int | None
    told: bool


def visible(until: datetime) -> Q:
    """The condition «told by then and not withdrawn by then»."""
    return Q(at__lte=until) & (Q(withdrawn_at=None) | Q(withdrawn_at__gt=until))


def facts_told(household: Household, as_of: date, until: datetime) -> dict[str, HouseFact]:
    """The latest told fact of each column, observed by a day."""
    rows = HouseFact.objects.filter(visible(until), household=household, observed_on__lte=as_of).select_related("by").order_by("observed_on", "pk")
    return {row.name: row for row in rows}


def items_told(household: Household, as_of: date, until: datetime) -> list[IncomeItem]:
    """The items of a household, by month."""
    rows = IncomeItem.objects.filter(visible(until), household=household, observed_on__lte=as_of)
    return list(rows.select_related("by", "member").order_by("-last", "-first", "kind", "pk"))


def day_for(household: Household, today: date) -> date:
    """The day before which the months of income end: of a household on its way onto the list the day on which that began."""
    begun = Course.objects.filter(household=household, route=Route.ENTRY, ended="").values_list("begun_on", flat=True).first()
    return begun or today


def known_of(household: Household, pack: JudgingPack, facts: dict[str, HouseFact], items: Sequence[IncomeItem]) -> Known:
    """The same as one row of the snapshot."""
    told = {name: row.value.open() for name, row in facts.items()}
    listed = Watched.objects.filter(household=household, left_on=None).first()
    water = Grade.objects.filter(household=household).values_list("overall", flat=True).first()
    kept = WatchGrade.objects.filter(household=household).values_list("stands", flat=True).first()
    values: dict[str, Any] = {name: read(kind, told.get(name, "")) for name, kind in household_columns(pack).items()}
    values["registered"], values["marked"] = household.people, listed is not None
    values["kept_grade"] = kept if kept in {entry.id for entry in pack.grades} else None
    if values["was_poor"] is None:
        values["was_poor"] = poor_by_kind(household.kind)
    if values["cause"] is None and listed is not None:
        values["cause"] = listed.main_cause or None
    if WATER in values:
        values[WATER] = SECURED.get(OverallCode(water)) if water is not None else None
    more = {name: value for name, value in values.items() if name not in COLUMNS}
    house = House(
        **{name: values[name] for name in COLUMNS},
        facts={name: value for name, value in more.items() if value is None or isinstance(value, bool)},
        measures={name: value for name, value in more.items() if value is not None and not isinstance(value, bool)},
    )
    return Known(household, house, tuple(map(item_of, items)), water, listed is not None, household.people, bool(facts or items or listed))


def read(kind: str, text: str) -> Any:
    """Kept text as a value of a column's SQL type; what is none is not known."""
    if not text:
        return None
    if kind == "BOOLEAN":
        return {"yes": True, "no": False}.get(text)
    if kind == "VARCHAR":
        return text
    try:
        return Decimal(text) if kind == "DOUBLE" else int(text)
    except (InvalidOperation, ValueError):
        return None


def poor_by_kind(kind: str) -> bool | None:
    """Whether a household is out of poverty, by the kind that the national register gives it."""
    if "脱贫" in kind and "未脱贫" not in kind:
        return True
    return False if kind.startswith("一般") else None


def gone(row: IncomeItem) -> bool:
    """Whether an item is of somebody who is no member of its household any more: left the register, or lives in another household."""
    return row.member is not None and (row.member.left_on is not None or row.member.household_id != row.household_id)


def item_of(row: IncomeItem) -> Item:
    """An item as a judging takes it: what was told of somebody who has left the household since counts no more."""
    together = False if gone(row) else row.together
    return Item(row.kind, row.first, row.last, read("BIGINT", row.amount.open()), together, row.member.name if row.member else "", row.source)
