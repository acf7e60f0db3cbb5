"""Figures of quality control and control charts: the tables of cases, and every number of the pack covered by one."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenqu.rulebook.canonical import dump_toml
from wenqu.rulebook.loader import load_pack, parse_pack
from wenqu.rulebook.manual import manual, numbers_of
from wenqu.rulebook.problems import PackError
from wenqu.rulebook.quality.charts import FLAG_NAMES, flags_of, lines_about, lines_of
from wenqu.rulebook.quality.control import (
    Control,
    Figure,
    added_by,
    blank_figure,
    blanks_figure,
    control_of,
    parallel_figure,
    share_figure,
    spike_figure,
    volume_figure,
)
from wenqu.rulebook.quality.judging import Result, Sign
from wenqu.rulebook.quality.judging.cases import CASES, results_of
from wenqu.rulebook.text_tables import table_rows

PACK = load_pack("quality-control")
CONTROL = control_of(PACK)
ROWS = [(row.sentence, row.cells, row.line) for row in table_rows((CASES / "quality-control.txt").read_text(encoding="utf-8"))]


def result(cell: str) -> Result:
    return next(iter(results_of(f"lead {cell}")))


def figure(row: dict[str, str], control: Control) -> Figure:
    if "blank" in row:
        return blank_figure(result(row["blank"]), None if row["detection"] == "-" else Decimal(row["detection"]), control)
    if "field_blanks" in row:
        return blanks_figure(int(row["field_blanks"]), int(row["transport_blanks"]), control)
    if "samples" in row:
        return share_figure(int(row["parallels"]), int(row["samples"]), control)
    if "volume" in row:
        return volume_figure(Decimal(row["volume"]), Decimal(row["bottle"]), control)
    if "first" in row:
        return parallel_figure(result(row["first"]), result(row["second"]), row["unit"], control)
    return spike_figure(result(row["before"]), result(row["after"]), Decimal(row["added"]), control)


def percent(one: Figure) -> str:
    if one.low is None or one.high is None:
        return "-"
    shown = [f"{float(number):.6g}" for number in dict.fromkeys((one.low, one.high))]
    return "..".join(shown)


def answers(row: dict[str, str], control: Control) -> dict[str, str]:
    """What comes out, by the columns of a row that must come out."""
    if "series" in row:
        lines = lines_about(Decimal(row["mean"]), Decimal(row["s"]), control.charts)
        return {"flags": " ".join(flags_of([Decimal(one) for one in row["series"].split()], lines, control.charts)[-1]) or "-"}
    if "values" in row:
        drawn = lines_of([Decimal(one) for one in row["values"].split()], control.charts)
        return {"lines": f"{drawn.mean:f} {drawn.deviation:.3f}" if drawn else "-"}
    if "strength" in row:
        return {"added": f"{float(added_by(*(Decimal(row[name]) for name in ('strength', 'volume', 'bottle')))):g}"}
    one = figure(row, control)
    return {"good": {True: "yes", False: "no", None: "-"}[one.good]} | ({"percent": percent(one)} if "percent" in row else {})


def expected(row: dict[str, str]) -> dict[str, str]:
    found = {name: cell for name, cell in row.items() if name in ("good", "percent", "flags", "lines", "added") and not ("before" in row and name == "added")}
    if "." in found.get("percent", "") and ".." not in found["percent"]:
        found["percent"] = f"{float(found['percent']):.6g}"
    return found


@pytest.mark.parametrize(("sentence", "row"), [(sentence, row) for sentence, row, _ in ROWS], ids=[str(line) for _, _, line in ROWS])
def test_a_case_of_quality_control(sentence: str, row: dict[str, str]) -> None:
    assert sentence and answers(row, CONTROL) == expected(row)


def changes() -> Iterator[tuple[str, Any]]:
    """Every number of the pack, a step up and a step down."""
    for path, number in numbers_of(PACK.content):
        if isinstance(number["value"], str):
            continue
        value = Decimal(str(number["value"]))
        exponent = value.normalize().as_tuple().exponent
        assert isinstance(exponent, int)
        step = Decimal(1) if number["unit"] in ("个", "个/批") else Decimal(1).scaleb(min(exponent, 0) - 1)
        for other in (value + step, value - step):
            content: Any = copy.deepcopy(dict(PACK.content))
            found: Any = content
            for part in path:
                found = found[int(part) - 1] if isinstance(found, list) else found[part]
            found["value"] = other
            yield ".".join(path), content


def test_every_number_of_the_pack_is_covered_by_a_case() -> None:
    silent = []
    for path, content in changes():
        control = control_of(parse_pack(dump_toml(content), "x"))
        if all(answers(row, control) == expected(row) for _, row, _ in ROWS):
            silent.append(path)
    # Contents below the least level are held against its limit, so that the level itself divides nothing.
    assert set(silent) == {"parallels.levels.7.level"}


def test_nothing_of_quality_control_is_verified_and_the_manual_says_so() -> None:
    assert {number["confidence"] for _, number in numbers_of(PACK.content)} == {"unverified"}
    text = manual(PACK)
    assert "类型: 检测质量控制" in text and "加标回收率 90 %–110 %" in text and "未核实 31 条" in text


@pytest.mark.parametrize(("edit", "problem"), [
    (lambda content: content["parallels"]["levels"].reverse(), ("parallels.levels", "levels_order")),
    (lambda content: content["parallels"].update(levels=[]), ("parallels.levels", "levels_order")),
    (lambda content: content["charts"].pop("near"), ("charts.near", "key_missing")),
    (lambda content: content["spikes"]["low"].update(unit="mg/L"), ("spikes.low.unit", "unit_wrong")),
    (lambda content: content["spikes"]["low"].update(value=110), ("spikes.high.value", "value_range")),
    (lambda content: content["spikes"]["least_dose"].update(value=3), ("spikes.most_dose.value", "value_range")),
    (lambda content: content["charts"]["warning"].update(value=3), ("charts.action.value", "value_range")),
    (lambda content: content["charts"]["near"].update(value=4), ("charts.near.value", "value_range")),
    (lambda content: content["charts"]["trend"].update(value=0), ("charts.trend.value", "value_range")),
    (lambda content: content["charts"]["points"].update(value=1), ("charts.points.value", "value_range")),
    (lambda content: content["blanks"]["field"].update(value=Decimal("1.5")), ("blanks.field.value", "value_range")),
])
def test_a_pack_of_quality_control_is_read_strictly(edit: Any, problem: tuple[str, str]) -> None:
    content: Any = copy.deepcopy(dict(PACK.content))
    edit(content)
    with pytest.raises(PackError) as caught:
        parse_pack(dump_toml(content), "x")
    assert problem in {(one.key, one.code) for one in caught.value.problems}


def test_figures_need_their_own_pack_and_a_real_addition() -> None:
    with pytest.raises(TypeError, match="quality-control"):
        control_of(load_pack("gb5749-2022"))
    with pytest.raises(ValueError, match="加标量"):
        spike_figure(result("1"), result("2"), 0, CONTROL)
    with pytest.raises(ValueError, match="加入体积"):
        added_by(Decimal(100), Decimal(0), Decimal(500))
    assert set(FLAG_NAMES) == {"beyond_action", "beyond_warning", "near_warning", "same_side", "trend"}


@given(st.decimals("0.0001", "1000", places=4), st.decimals("0.0001", "1000", places=4))
def test_parallels_are_held_alike_in_any_order(first: Decimal, second: Decimal) -> None:
    one, other = (Result("lead", Sign.VALUE, value) for value in (first, second))
    found = parallel_figure(one, other, "mg/L", CONTROL)
    assert found == parallel_figure(other, one, "mg/L", CONTROL)
    assert found.low == abs(Fraction(str(first)) - Fraction(str(second))) / (Fraction(str(first)) + Fraction(str(second))) * 100


def test_what_is_the_better_the_smaller_is_flagged_above_only() -> None:
    charts = CONTROL.charts
    lines = lines_about(Decimal(10), Decimal(1), charts)
    down, up = [Decimal(20 - n) for n in range(20)], [Decimal(n) for n in range(20)]
    assert {flag for flags in flags_of(down[8:], lines, charts) for flag in flags} and not any(flags_of(down[8:], lines, charts, only_upper=True)[4:])
    assert flags_of(up, lines, charts, only_upper=True)[10:] == flags_of(up, lines, charts)[10:]
    assert not any(flags_of([Decimal(5)] * 20, lines, charts, only_upper=True)) and all(flags_of([Decimal(5)] * 20, lines, charts))
