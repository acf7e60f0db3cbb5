"""Reads of the what-if pages: scenarios, what came out by town, cause and kind, several side by side, and who."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenqu.judging.models import Grade, OverallCode
from wenqu.kit.languages import in_english
from wenqu.places.models import Division
from wenqu.places.scope import Area, within
from wenqu.rulebook.watch.judging import JudgingPack
from wenqu.rulebook.watch.judging.model import NONE, UNKNOWN
from wenqu.watch.models import Crosser, Scenario, ScenarioKind
from wenqu.watch.whatif.costs import cost_of
from wenqu.watch.whatif.packs import packs_of

CROSSINGS = {
    "enters": gettext_lazy("新进入"), "leaves": gettext_lazy("不再是"), "moves": gettext_lazy("换类型"), "unclear": gettext_lazy("变为不明"), "cleared": gettext_lazy("不再不明"),
    "worse": gettext_lazy("变差"), "better": gettext_lazy("变好"),
}
OF_KIND = {ScenarioKind.WATCH.value: ("enters", "leaves", "moves", "unclear", "cleared"), ScenarioKind.WATER.value: ("worse", "better", "unclear", "cleared")}


def scenarios_in(area: Area) -> QuerySet[Scenario]:
    """Those of the counties of an area, newest first; without the text of their packs."""
    return within(Scenario.objects.all(), area).select_related("division", "made_by", "job").defer("text").order_by("-pk")


class Words:
    """What conclusions and causes are called: by the scenario's own pack."""

    def __init__(self, scenario: Scenario) -> None:
        self.kind = scenario.kind
        self.pack = packs_of(scenario)[0]

    def conclusion(self, found: str) -> str:
        if self.kind == ScenarioKind.WATER:
            return str({each.name.lower(): each.label for each in OverallCode}.get(found, found))
        assert isinstance(self.pack, JudgingPack)
        names = {entry.id: entry.en if in_english() else entry.zh for entry in (*self.pack.objects, *self.pack.grades)}
        return names.get(found) or {NONE: _("不是监测对象"), UNKNOWN: _("情况不明")}.get(found, found)

    def cause(self, found: str) -> str:
        if self.kind == ScenarioKind.WATER:
            return str(Grade._meta.get_field(found).verbose_name) if found else ""  # type: ignore[union-attr]
        assert isinstance(self.pack, JudgingPack)
        names = {one.id: one.en if in_english() else one.zh for one in self.pack.causes}
        return names.get(found) or {NONE: _("核实过，没有风险"), "": _("没有登记风险")}.get(found, found)


def table(counts: Sequence[dict[str, Any]], column: str, crossings: Sequence[str], called: Callable[[str], str]) -> list[dict[str, Any]]:
    """Households by one column and crossing: [{"value", "name", "cells", "all"}], the most first."""
    by_value: dict[str, Counter[str]] = {}
    for row in counts:
        by_value.setdefault(row[column], Counter())[row["crossing"]] += row["households"]
    rows = [{"value": value, "name": called(value), "cells": [(each, found[each]) for each in crossings], "all": sum(found.values())} for value, found in by_value.items()]
    return sorted(rows, key=lambda row: (-row["all"], row["name"]))


def by_kind(counts: Sequence[dict[str, Any]], words: Words) -> list[dict[str, Any]]:
    """Households by what they were and would be."""
    found: Counter[tuple[str, str, str]] = Counter()
    for row in counts:
        found[row["before"], row["after"], row["crossing"]] += row["households"]
    return [{"before": words.conclusion(before), "after": words.conclusion(after), "crossing": crossing, "called": CROSSINGS[crossing], "households": number}
            for (before, after, crossing), number in found.most_common()]


def crossing_totals(scenario: Scenario) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in scenario.counts:
        found[row["crossing"]] += row["households"]
    return found


def town_names(counts: Sequence[dict[str, Any]]) -> dict[str, str]:
    return dict(Division.objects.filter(path__in={row["town"] for row in counts}).values_list("path", "name"))


def result(scenario: Scenario) -> dict[str, Any]:
    """The page of one scenario that was worked out."""
    words, crossings, towns = Words(scenario), OF_KIND[scenario.kind], town_names(scenario.counts)
    main = "object" if scenario.kind == ScenarioKind.WATCH else "overall"
    sides = [scenario.totals.get(f"{main}_{side}", {}) for side in ("before", "after")]
    return {
        "crossings": [(each, CROSSINGS[each]) for each in crossings], "totals": [(each, CROSSINGS[each], crossing_totals(scenario)[each]) for each in crossings],
        "conclusions": [{"name": words.conclusion(value), "before": sides[0].get(value, 0), "after": sides[1].get(value, 0),
                         "more": sides[1].get(value, 0) - sides[0].get(value, 0)} for value in sorted({*sides[0], *sides[1]}, key=lambda each: (each in (NONE, UNKNOWN), each))],
        "by_town": table(scenario.counts, "town", crossings, lambda path: towns.get(path, path)),
        "by_cause": table(scenario.counts, "cause", crossings, words.cause), "by_kind": by_kind(scenario.counts, words),
        "cost": cost_of(scenario), "cause_names": {row["cause"]: words.cause(row["cause"]) for row in scenario.counts},
    }


def compared(scenarios: Sequence[Scenario]) -> dict[str, Any]:
    """Scenarios of one kind side by side: what was changed, how many cross in all, by town and by cause."""
    crossings = OF_KIND[scenarios[0].kind]
    words = [Words(each) for each in scenarios]

    def lines(column: str, called: Callable[[str], str]) -> list[dict[str, Any]]:
        totals = [Counter({value: sum(row["households"] for row in each.counts if row[column] == value) for value in {row[column] for row in each.counts}}) for each in scenarios]
        values = sorted({value for each in totals for value in each}, key=lambda value: -max(each[value] for each in totals))
        return [{"name": called(value), "cells": [each[value] for each in totals]} for value in values]

    towns = {path: name for each in scenarios for path, name in town_names(each.counts).items()}
    found = [crossing_totals(each) for each in scenarios]
    return {"crossings": [{"name": CROSSINGS[name], "cells": [each[name] for each in found]} for name in crossings],
            "by_town": lines("town", lambda path: towns.get(path, path)), "by_cause": lines("cause", words[0].cause), "costs": [cost_of(each) for each in scenarios]}


def crossers_in(scenario: Scenario, area: Area, town: str, cause: str | None, crossing: str) -> QuerySet[Crosser]:
    """Who crosses, inside an area: of households that are there now, whenever the register was read."""
    rows = within(within(Crosser.objects.filter(scenario=scenario), area), area, "household__path").select_related("household", "household__division").order_by("pk")
    rows = rows.filter(path__startswith=town) if town else rows
    rows = rows.filter(cause=cause) if cause is not None else rows
    return rows.filter(crossing=crossing) if crossing in CROSSINGS else rows
