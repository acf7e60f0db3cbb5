"""A small county that has been judged, and every address of the product that one can open in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from cast import AT, Cast
from django.urls import URLPattern, URLResolver, get_resolver
from stages import facts, household, scheme, supply

from wenqu.households.models import Household
from wenqu.judging.actions import judge_division
from wenqu.judging.models import Run
from wenqu.ledger.models import Problem
from wenqu.places.actions import set_outline
from wenqu.schemes.models import Responsibility, ResponsibilityKind, Scheme

AS_OF = date(2026, 2, 28)
SQUARE = '{"type":"MultiPolygon","coordinates":[[[[109.0,34.0],[109.4,34.0],[109.4,34.3],[109.0,34.3],[109.0,34.0]]]]}'


@dataclass(frozen=True)
class County:
    cast: Cast
    plant_a: Scheme
    plant_b: Scheme
    house_a: Household
    house_b: Household
    run: Run

    @property
    def problem_a(self) -> Problem:
        return Problem.objects.get(path__startswith=self.cast.town_a.path, subject_kind=1)

    @property
    def problem_b(self) -> Problem:
        return Problem.objects.get(path__startswith=self.cast.town_b.path, subject_kind=2)


def make_county(cast: Cast) -> County:
    """Town A: one failing household. Town B: a plant that fails, with its two households. And one nobody knows about."""
    plant_a = scheme(cast.town_a, "GA1", "甲镇水厂", longitude=109.1, latitude=34.1, crs="EPSG:4490")
    plant_b = scheme(cast.town_b, "GB1", "乙镇水厂", longitude=109.3, latitude=34.2, crs="GCJ-02")
    Responsibility.objects.create(scheme=plant_a, kind=ResponsibilityKind.OPERATOR, name="马站长", phone="15400000001")
    house_a = household(cast.village_a1, "AH1", "张山")
    safe_a = household(cast.village_a1, "AH2", "张良", kind="脱贫户")
    house_b = household(cast.village_b1, "BH1", "王海")
    other_b = household(cast.village_b2, "BH2", "张海")
    household(cast.village_b2, "BH3", "李未知")
    for plant, rows in ((plant_a, (house_a, safe_a)), (plant_b, (house_b, other_b))):
        for row in rows:
            supply(row, plant)
            facts(row, piped="yes", litres_per_person_day=80)
    facts(plant_a, scheme_class="small", lab_result="pass", short_days=3)
    facts(plant_b, scheme_class="small", lab_result="fail", short_days=3)
    facts(house_a, date(2026, 2, 10), litres_per_person_day=5)
    set_outline(division=cast.county, geometry=SQUARE, crs="EPSG:4490", source="测试", by=cast.chen, at=AT)
    run = judge_division(division=cast.county, pack_id="national-2018", as_of=AS_OF, by=cast.chen, at=AT)
    return County(cast, plant_a, plant_b, house_a, house_b, run)


def patterns(resolver: URLResolver | None = None, prefix: str = "", space: str = "") -> list[tuple[str, str]]:
    """(view name, route) of every address, from the URL table itself."""
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{entry.namespace}:" if entry.namespace else ""
            found += patterns(entry, prefix + str(entry.pattern), space + inner)
        elif isinstance(entry, URLPattern):
            found.append((f"{space}{entry.name}", prefix + str(entry.pattern)))
    return found


def text_of(answer: Any) -> str:
    """An answer as text, without the CSRF tokens: 64 random letters and digits now and then spell a household number."""
    return re.sub(r"\b[A-Za-z0-9]{64}\b", "", answer.content.decode())
