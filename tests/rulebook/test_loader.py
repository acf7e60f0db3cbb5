"""Packs are read strictly: every problem has a code, the file and the key; overlays replace whole tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from wenqu.rulebook.loader import load_pack, pack_ids, parse_pack
from wenqu.rulebook.model import INDICATORS, Grade
from wenqu.rulebook.problems import PROBLEM_CODES, PackError
from wenqu.rulebook.reasons import REASONS

CITED = 'date = "2024"\nclause = "第3条"\ndocument = "县文件"\nconfidence = "sourced"\n'
HEAD = 'id = "county"\nkind = "four-indicators"\nzh = "本县"\nen = "county"\nedition = "2024"\nregion = "本县"\nin_force = "2024"\n'
COUNTY = HEAD + 'extends = "national-2018"\n'
FLAT = f'[quantity.flat.met]\nvalue = 30\nunit = "L/(人·d)"\n{CITED}'

Edit = Callable[[str], str]


def parse(text: str) -> None:
    parse_pack(text, origin="county.toml", resolve=load_pack)


def problem(text: str) -> tuple[str, str]:
    """(key, code) of the only problem of a text."""
    with pytest.raises(PackError) as caught:
        parse(text)
    (one,) = caught.value.problems
    assert str(one).startswith("county.toml")
    return one.key, one.code


def swap(old: str, new: str) -> str:
    text = COUNTY + FLAT
    assert old in text
    return text.replace(old, new, 1)


BAD: dict[str, tuple[str, tuple[str, str]]] = {
    "a key that nobody knows": (swap("value = 30", "valeu = 1\nvalue = 30"),
                                ("quantity.flat.met.valeu", "key_unknown")),
    "a table that nobody knows": (COUNTY + "[quantum]\nx = 1\n", ("quantum", "key_unknown")),
    "no value": (swap("value = 30\n", ""), ("quantity.flat.met.value", "key_missing")),
    "no date": (swap('date = "2024"\n', ""), ("quantity.flat.met.date", "key_missing")),
    "an empty clause": (swap('clause = "第3条"', 'clause = ""'), ("quantity.flat.met.clause", "key_missing")),
    "text for a number": (swap("value = 30", 'value = "30"'), ("quantity.flat.met.value", "type_wrong")),
    "true for a number": (swap("value = 30", "value = true"), ("quantity.flat.met.value", "type_wrong")),
    "a bare date": (swap('date = "2024"', "date = 2024-01-01"), ("quantity.flat.met.date", "type_wrong")),
    "a negative number": (swap("value = 30", "value = -1"), ("quantity.flat.met.value", "value_range")),
    "infinity": (swap("value = 30", "value = inf"), ("quantity.flat.met.value", "value_range")),
    "not a number": (swap("value = 30", "value = nan"), ("quantity.flat.met.value", "value_range")),
    "eleven decimals": (swap("value = 30", "value = 0.00000000001"), ("quantity.flat.met.value", "value_range")),
    "another unit": (swap("L/(人·d)", "m³"), ("quantity.flat.met.unit", "unit_wrong")),
    "a month 13": (swap('date = "2024"', 'date = "2024-13"'), ("quantity.flat.met.date", "date_wrong")),
    "a date in words": (swap('date = "2024"', 'date = "去年"'), ("quantity.flat.met.date", "date_wrong")),
    "a confidence of its own": (swap('"sourced"', '"sure"'), ("quantity.flat.met.confidence", "choice_wrong")),
    "sourced without a source": (swap('"县文件"', '"not found"'),
                                 ("quantity.flat.met.confidence", "citation_missing")),
    "zones and flat at once": (COUNTY + FLAT + f'[quantity.rain]\nvalue = 1\nunit = "mm"\n{CITED}',
                               ("quantity", "shape_wrong")),
    "levels upside down": (COUNTY + FLAT + f'[quantity.flat.basic]\nvalue = 31\nunit = "L/(人·d)"\n{CITED}',
                           ("quantity.flat.met", "levels_order")),
    "a percentage over 100": (COUNTY + (f'[reliability.all]\nmeasure = "ratio"\n[reliability.all.met]\n'
                                          f'value = 101\nunit = "%"\n{CITED}'),
                              ("reliability.all.met.value", "value_range")),
    "a measure of its own": (COUNTY + (f'[reliability.all]\nmeasure = "hours"\n[reliability.all.met]\n'
                                         f'value = 90\nunit = "%"\n{CITED}'),
                             ("reliability.all.measure", "choice_wrong")),
    "one half of reliability": (COUNTY + (f'[reliability.centralised]\nmeasure = "days"\n'
                                            f'[reliability.centralised.met]\nvalue = 36\nunit = "d"\n{CITED}'),
                                ("reliability", "shape_wrong")),
    "convenience by nothing": (COUNTY + f'[convenience.piped]\nvalue = "yes"\nunit = "rule"\n{CITED}',
                               ("convenience", "shape_wrong")),
    "a placeholder of its own": (COUNTY + '[sentences.quantity_met_flat]\nzh = "{limit}{rain}"\nen = "{limit}"\n',
                                 ("sentences.quantity_met_flat.zh", "placeholder_unknown")),
    "a reason of its own": (COUNTY + '[sentences.quantity_wet]\nzh = "a"\nen = "a"\n',
                            ("sentences.quantity_wet", "key_unknown")),
    "another kind": (COUNTY.replace("national-2018", "gb5749-2022"), ("extends", "kind_wrong")),
    "no such base": (COUNTY.replace("national-2018", "nowhere"), ("extends", "pack_not_found")),
    "no TOML": ("id = \n", ("", "toml_syntax")),
}


@pytest.mark.parametrize("name", BAD)
def test_each_problem_names_its_key_and_code(name: str) -> None:
    text, expected = BAD[name]
    with pytest.raises(PackError) as caught:
        parse(text)
    found = [(one.key, one.code) for one in caught.value.problems]
    assert expected in found
    if name != "another kind":
        assert len(found) == 1, found


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(PackError) as caught:
        parse(swap("value = 30", "valeu = 30").replace('"2024"\nclause', '"24"\nclause'))
    assert {one.code for one in caught.value.problems} == {"key_missing", "key_unknown", "date_wrong"}


def test_a_missing_sentence_is_a_problem() -> None:
    lines = load_pack("national-2018").text.splitlines()
    kept = "\n".join(line for line in lines if not line.startswith("reliability_failed_spell"))
    assert problem(kept) == ("sentences.reliability_failed_spell", "sentence_missing")


def test_files_that_extend_each_other(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        text = COUNTY.replace("national-2018", f"{other}.toml")
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load_pack(tmp_path / "a.toml")
    assert [one.code for one in caught.value.problems] == ["extends_cycle"]


@pytest.mark.parametrize(("make", "code"), [
    (lambda path: None, "pack_not_found"),
    (lambda path: path.write_bytes(b"\xd6\xd0"), "file_unreadable"),
    (lambda path: path.mkdir(), "file_unreadable"),
])
def test_files_that_cannot_be_read(tmp_path: Path, make: Callable[[Path], object], code: str) -> None:
    make(tmp_path / "x.toml")
    with pytest.raises(PackError) as caught:
        load_pack(str(tmp_path / "x.toml"))
    assert [one.code for one in caught.value.problems] == [code]
    assert "x.toml" in str(caught.value)


def test_a_pack_of_another_kind_is_refused_where_a_kind_is_asked_for() -> None:
    with pytest.raises(PackError) as caught:
        load_pack("gb5749-2022", kind="four-indicators")
    assert caught.value.problems[0].code == "kind_wrong"
    with pytest.raises(TypeError, match="four-indicators"):
        _ = load_pack("gb5749-2022").rules


def test_an_overlay_replaces_whole_tables_and_inherits_the_others() -> None:
    base, county = load_pack("national-2018"), parse_pack(COUNTY + FLAT, origin="c", resolve=load_pack)
    assert county.rules.quantity.flat is not None
    assert county.rules.quantity.flat.met.value == 30
    assert county.rules.quantity.humid is None
    assert county.rules.convenience == base.rules.convenience
    assert county.sentences == base.sentences
    assert county.lineage == ("national-2018",)
    gansu = load_pack("gansu-2018").rules.convenience
    assert gansu.distance is None
    assert gansu.time is not None and gansu.time.basic is None


def test_an_overlay_may_change_one_sentence() -> None:
    county = parse_pack(COUNTY + '[sentences.quantity_met_flat]\nzh = "够了{limit}"\nen = "enough {limit}"\n',
                        origin="c", resolve=load_pack)
    assert county.sentences["quantity_met_flat"].zh == "够了{limit}"
    assert len(county.sentences) == len(REASONS)


@pytest.mark.parametrize("name", pack_ids())
def test_the_kept_text_stands_alone_and_is_the_same_pack(name: str) -> None:
    pack = load_pack(name)
    again = parse_pack(pack.text, origin="run")
    assert again.digest == pack.digest
    assert again.indicators == pack.indicators
    assert again.water == pack.water
    assert again.income == pack.income


def test_the_digest_follows_the_content_not_the_writing() -> None:
    one = parse_pack(COUNTY + FLAT, origin="a", resolve=load_pack)
    same = parse_pack("# 注释\n" + swap("value = 30", "value = 30.0"), origin="b", resolve=load_pack)
    other = parse_pack(swap("value = 30", "value = 30.1"), origin="c", resolve=load_pack)
    assert one.digest == same.digest != other.digest


def test_ids() -> None:
    assert set(pack_ids()) == {"national-2018", "gansu-2018", "guizhou-2020", "chongqing-2023", "gb5749-2022",
                               "gb5749-2006", "income-lines", "quality-control"}
    assert pack_ids("water-limits") == ("gb5749-2006", "gb5749-2022")
    assert [load_pack(name).id for name in pack_ids()] == list(pack_ids())


def test_every_code_of_the_catalogue_is_raised_by_a_test() -> None:
    raised = {code for _, (_, code) in BAD.values()} | {
        "sentence_missing", "extends_cycle", "file_unreadable", "pack_not_found", "kind_wrong",
        "reference_unknown",  # test_water_and_income
    }
    assert raised == set(PROBLEM_CODES)


def test_packs_with_one_level_have_no_basic() -> None:
    for name in ("gansu-2018", "guizhou-2020", "chongqing-2023"):
        content = load_pack(name).content
        assert "'basic'" not in str([content[key] for key in INDICATORS])
        assert load_pack(name).rules.quality.good == Grade.MET
