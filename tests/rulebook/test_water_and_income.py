"""Water limits with their small-supply relaxations and disinfectants; income lines that refuse to guess."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest

from wenqu.rulebook.canonical import dump_toml
from wenqu.rulebook.income import IncomeLineMissing, income_line
from wenqu.rulebook.loader import load_pack, parse_pack
from wenqu.rulebook.model import Number, SchemeClass
from wenqu.rulebook.problems import PackError
from wenqu.rulebook.quality.judging.limits import Conditions, bounds_of
from wenqu.rulebook.quality.judging.model import Bounds
from wenqu.rulebook.water import WaterLimits

LARGE, SMALL = SchemeClass.LARGE, SchemeClass.SMALL


def limits(name: str) -> WaterLimits:
    water = load_pack(name).water
    assert isinstance(water, WaterLimits)
    return water


def bounds(name: str, key: str, scheme_class: SchemeClass, limited: bool = True) -> Bounds:
    water = limits(name)
    return bounds_of(water.items[key], water, Conditions(scheme_class in water.relaxed, limited, False, 0))


def high(name: str, key: str, scheme_class: SchemeClass, limited: bool = True) -> object:
    number = bounds(name, key, scheme_class, limited).high
    return number.value if number else None


def test_2022_has_43_routine_items() -> None:
    water = limits("gb5749-2022")
    positions = [item.position for item in (*water.items.values(), *water.residuals.values())]
    assert sorted(p for p in positions if p) == list(range(1, 44))


def test_only_four_items_of_2022_are_relaxed_for_small_supplies() -> None:
    water = limits("gb5749-2022")
    relaxed = {key: item.small.value for key, item in water.items.items() if item.small}
    assert relaxed == {"plate_count": 500, "fluoride": Decimal("1.2"), "nitrate": 20, "turbidity": 3}
    assert high("gb5749-2022", "fluoride", LARGE) == 1
    assert high("gb5749-2022", "fluoride", SchemeClass.URBAN_RURAL) == 1
    for name in (SchemeClass.THOUSAND, SMALL, SchemeClass.DECENTRALISED):
        assert high("gb5749-2022", "fluoride", name) == Decimal("1.2")
        assert high("gb5749-2022", "fluoride", name, limited=False) == 1
    assert high("gb5749-2022", "arsenic", SMALL) == Decimal("0.01")


def test_2006_small_supply_table_is_unverified() -> None:
    water = limits("gb5749-2006")
    small = {key: item for key, item in water.items.items() if item.small or item.small_high}
    assert len(small) == 14
    numbers = [n for item in small.values() for n in (item.small, item.small_low, item.small_high) if n]
    assert not any(number.verified for number in numbers)
    assert high("gb5749-2006", "arsenic", SMALL) == Decimal("0.05")
    ph = bounds("gb5749-2006", "ph", SMALL)
    assert ph.low is not None and ph.high is not None
    assert (ph.low.value, ph.high.value) == (Decimal("6.5"), Decimal("9.5"))


def test_2006_limits_that_were_not_found_are_listed_not_invented() -> None:
    water = limits("gb5749-2006")
    assert {item.key for item in water.missing} == {"boron", "vinyl_chloride", "trichloroethylene", "dimethoate"}
    assert not {item.key for item in water.missing} & set(water.items)


def test_sample_dates_do_not_overlap() -> None:
    assert load_pack("gb5749-2006").until == load_pack("gb5749-2022").in_force == "2023-04-01"


def _upper(number: Number) -> object:
    return number.value


def test_disinfectants_say_what_is_due() -> None:
    new, old = limits("gb5749-2022"), limits("gb5749-2006")
    assert _upper(new.residuals["free_chlorine"].upper) == 2
    assert _upper(old.residuals["free_chlorine"].upper) == 4
    assert new.residuals["ozone"].outlet is None
    mixed = new.disinfectants["mixed_generator"]
    assert (mixed.residuals, mixed.need) == (("free_chlorine", "chlorine_dioxide"), "any")
    assert {item for due in mixed.due for item in due.items} == {"chlorite", "chlorate"}
    assert new.disinfectants["ozone"].due[0].items == ("bromate",)


def test_an_item_that_is_not_there_cannot_be_spoken_of() -> None:
    text = load_pack("gb5749-2022").text.replace('"bromate"', '"bromide"')
    with pytest.raises(PackError) as caught:
        parse_pack(text, origin="x")
    assert {(one.key, one.code) for one in caught.value.problems} == {
        ("disinfectants.ozone.due", "reference_unknown")}


def test_an_exception_says_when_it_holds() -> None:
    content = load_pack("gb5749-2006").content
    for when, code in ((["often"], "choice_wrong"), (None, "key_missing")):
        changed: Any = copy.deepcopy(content)
        row = changed["items"]["turbidity"]["exceptions"][0]
        row.update(when=when) if when else row.pop("when")
        with pytest.raises(PackError) as caught:
            parse_pack(dump_toml(changed), origin="x")
        assert {(one.key, one.code) for one in caught.value.problems} == {("items.turbidity.exceptions[1].when", code)}


def test_microbes_may_be_given_by_count_or_most_probable_number() -> None:
    for name in ("gb5749-2006", "gb5749-2022"):
        items = limits(name).items
        assert {key: item.units for key, item in items.items() if len(item.units) > 1} == {
            key: ("CFU/mL", "MPN/mL") if key == "plate_count" else ("CFU/100mL", "MPN/100mL")
            for key in items if items[key].group == "microbial"}
        assert (items["arsenic"].units, items["odour_taste"].units) == (("mg/L",), ())
        assert items["e_coli"].only_if == "total_coliform"


def test_every_class_has_one_set_of_limits() -> None:
    text = load_pack("gb5749-2022").text.replace('full = ["urban_rural", "large"]', 'full = ["large"]')
    with pytest.raises(PackError) as caught:
        parse_pack(text, origin="x")
    assert [(one.key, one.code) for one in caught.value.problems] == [("classes", "shape_wrong")]


def test_income_line_by_any_name_of_the_region() -> None:
    pack = load_pack("income-lines")
    assert income_line(pack, "贵州", 2021).value == income_line(pack, "贵州省", 2021).value == 6320
    assert income_line(pack, "云南", 2025).value == 8700


@pytest.mark.parametrize(("region", "year"), [("甘肃", 2024), ("贵州", 2022), ("贵州", 2023), ("全国", 2021), ("云南", 2026)])
def test_no_line_no_judgement(region: str, year: int) -> None:
    with pytest.raises(IncomeLineMissing) as caught:
        income_line(load_pack("income-lines"), region, year)
    assert region in caught.value.zh and str(year) in caught.value.zh and "文件" in caught.value.zh


def test_a_line_written_twice_is_refused() -> None:
    text = load_pack("income-lines").text
    with pytest.raises(PackError, match="写了两次"):
        parse_pack(text.replace("year = 2023", "year = 2021").replace("region = \"河南林州\"", "region = \"贵州\"")
                   .replace("reference", "line"), origin="x")
