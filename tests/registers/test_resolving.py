"""The place of a row: codes within their system, names by their stem, nothing guessed."""

from __future__ import annotations

import pytest
from cast import AT

from wenqu.kit.audit import SYSTEM
from wenqu.places.actions import add_division
from wenqu.places.models import DivisionCode, Level
from wenqu.places.naming import stem
from wenqu.registers.places_index import load_index
from wenqu.registers.resolving import Told, resolve, tidy_code


@pytest.mark.parametrize(("name", "level", "expected"), [
    ("田坝村村民委员会", Level.VILLAGE, "田坝"), ("田坝社区居民委员会", Level.VILLAGE, "田坝"), ("田坝村委会", Level.VILLAGE, "田坝"),
    ("田坝", Level.VILLAGE, "田坝"), ("村", Level.VILLAGE, "村"), ("灞源镇", Level.TOWN, "灞源"), ("团结街道办事处", Level.TOWN, "团结"),
    ("黑獭乡（撤销）", Level.TOWN, "黑獭"), ("厚镇", Level.TOWN, "厚"), ("沿河土家族自治县", Level.COUNTY, "沿河土家族"),
])
def test_stems(name, level, expected):
    assert stem(name, level) == expected


@pytest.mark.parametrize(("raw", "expected"), [("610199101201", "610199101201"), ("'610199101201", "610199101201"), ("６１０１９９１０１", "610199101"),
                                              ("610199101201.0", "610199101201"), (" 610199 101201", "610199101201")])
def test_tidy_codes(raw, expected):
    assert tidy_code(raw) == expected


def found(cast, system="nbs", **told):
    answer = resolve(Told(**told), load_index(cast.county, system, [told["code"]] if "code" in told else []))
    return answer.place.name if answer.place else "", answer.code, answer.wrong


def same_names(cast):
    for town, code in ((cast.town_a, "610199101299"), (cast.town_b, "610199102299")):
        add_division(parent=town, level=Level.VILLAGE, name="田坝村", codes={("nbs", "2023"): code}, by=SYSTEM, at=AT)


def test_by_code(cast):
    assert found(cast, code="610199101201") == ("甲一村", "", "")
    assert found(cast, code="610199101") == ("甲镇", "", "")
    assert found(cast, code="610199101201", town="甲镇", village="甲一") == ("甲一村", "", "")


def test_a_code_is_never_looked_up_in_another_system(cast):
    place, code, wrong = found(cast, "mca", code="610199101201")
    assert (place, code, wrong) == ("", "unknown_division_code", "division_code")
    assert found(cast, "mca", code="610199101201", town="乙镇", village="乙一村") == ("乙一村", "unknown_division_code", "division_code")


def test_code_and_names_that_point_apart_are_refused(cast):
    assert found(cast, code="610199101201", town="乙镇", village="乙一村")[:2] == ("", "code_and_name_differ")
    assert found(cast, code="610199101201", town="乙镇", village="没有的村")[:2] == ("", "code_and_name_differ")
    assert found(cast, code="610199101201", town="甲镇", village="甲壹村") == ("甲一村", "", ""), "a spelling that leads nowhere yields to the code"


def test_by_names(cast):
    assert found(cast, county="清泉县", town="甲镇", village="甲一村民委员会") == ("甲一村", "", "")
    assert found(cast, county="清泉", village="乙二") == ("乙二村", "", "")
    assert found(cast, town="丙镇", village="甲一村")[1] == "unknown_town"
    assert found(cast, town="甲镇", village="乙一村")[1] == "unknown_village"
    assert found(cast, county="外县", village="甲一村")[1] == "outside_county"
    assert found(cast)[1] == "place_missing"


def test_villages_of_the_same_name_are_refused_with_their_names(cast):
    same_names(cast)
    answer = resolve(Told(village="田坝村委会"), load_index(cast.county, "nbs", []))
    assert answer.code == "ambiguous_village"
    assert "甲镇田坝村、乙镇田坝村" in answer.message
    assert found(cast, town="乙镇", village="田坝")[0] == "田坝村"
    assert found(cast, code="610199101299", village="田坝村")[0] == "田坝村"


def test_a_code_of_another_county_is_outside(cast):
    other = add_division(parent=cast.county.parent, level=Level.COUNTY, name="邻县", codes={("nbs", "2023"): "610198000000"}, by=SYSTEM, at=AT)
    add_division(parent=other, level=Level.TOWN, name="邻镇", codes={("nbs", "2023"): "610198101000"}, by=SYSTEM, at=AT)
    assert found(cast, code="610198101000")[1] == "outside_county"


def test_the_newest_edition_of_a_code_wins(cast):
    DivisionCode.objects.create(division=cast.village_a2, system="nbs", edition="2025", code="610199101201")
    assert found(cast, code="610199101201")[0] == "甲二村"
