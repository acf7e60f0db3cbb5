"""The columns of a run and the page of a household say the same, for any mixture of facts at any level."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from cast import AT, Cast
from stages import facts, household, scheme, supply

from wenqu.judging.actions import judge_division
from wenqu.judging.models import Grade
from wenqu.judging.queries import explained_verdicts
from wenqu.kit.audit import SYSTEM

WORDS = {
    "scheme_class": ["urban_rural", "large", "thousand", "small", "decentralised"],
    "piped": ["yes", "no"], "sensory_ok": ["yes", "no"], "has_plant": ["yes", "no"],
    "lab_result": ["pass", "fail", "undetermined"],
    "litres_per_person_day": ["0", "19.9", "20", "35", "40", "59.9", "60"],
    "rain_mm": ["799.9", "800"], "water_m3_per_head": ["999", "1000"],
    "round_trip_min": ["10", "10.5", "20", "21"], "horizontal_m": ["300", "600", "900", "1000"], "vertical_m": ["30", "60", "90"],
    "short_days": ["0", "18", "18.25", "19", "36", "37", "400"], "year_days": ["365", "366", "30"],
    "longest_short_spell_days": ["0", "10", "30", "31", ""],
}


def some_facts(draw: random.Random) -> dict[str, str]:
    return {name: draw.choice(words) for name, words in WORDS.items() if draw.random() < 0.4}


@pytest.mark.parametrize("pack_id", ["national-2018", "gansu-2018", "guizhou-2020", "chongqing-2023"])
def test_run_and_household_page_agree(cast: Cast, pack_id: str) -> None:
    draw = random.Random(pack_id)
    plants = [scheme(cast.town_a, f"S{i}", f"厂{i}") for i in range(4)]
    places = [cast.county, cast.town_a, cast.village_a1, cast.village_b1]
    rows = []
    for i in range(60):
        row = household(draw.choice([cast.village_a1, cast.village_a2, cast.village_b1]), f"H{i}")
        if draw.random() < 0.7:
            supply(row, draw.choice(plants))
        rows.append(row)
    for subject in [*plants, *places, *rows, *rows[:20]]:
        facts(subject, date(2026, 1, draw.randint(1, 28)), **some_facts(draw))
    judge_division(division=cast.county, pack_id=pack_id, as_of=date(2026, 1, 20), by=SYSTEM, at=AT + timedelta(days=1))
    seen = set()
    for row in rows:
        grade = Grade.objects.get(household=row)
        told = explained_verdicts(row, "zh")
        stored = {name: getattr(grade, name) for name in ("quantity", "quality", "convenience", "reliability")}
        codes = {"met": 1, "basic": 2, "unknown": 3, "failed": 4}
        assert {each["indicator"]: codes[each["grade"]] for each in told["rows"]} == stored, row
        assert {"safe": 1, "basic": 2, "unknown": 3, "unsafe": 4}[told["overall"]] == grade.overall
        seen.update(stored.values())
    assert seen >= {1, 3, 4}
