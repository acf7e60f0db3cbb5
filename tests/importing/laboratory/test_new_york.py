"""The real file of New York: its carried sample, and the whole where somebody has it, give the figures that the README prints."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from wenqu.importing.laboratory.delivery import Delivery

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "new-york-distribution"
MAPPING = (EXAMPLE / "mapping.toml").read_text(encoding="utf-8")
README = (EXAMPLE / "README.md").read_text(encoding="utf-8")
ITEMS = ("free_chlorine", "turbidity", "fluoride", "total_coliform", "e_coli")
OVER = (
    "item = 'turbidity' AND value > 1", "item = 'free_chlorine' AND value < 0.05", "item = 'free_chlorine' AND value > 4", "item = 'fluoride' AND value > 1",
    "item = 'total_coliform' AND kind IN ('value', 'above')", "item = 'e_coli' AND kind IN ('value', 'above')",
)


def told(header: str, column: int) -> list[str]:
    """A column of the README's table that begins with a header."""
    lines = README[README.index(header):].split("\n\n")[0].splitlines()[2:]
    return [line.strip("|").split("|")[column].strip() for line in lines]


def check(delivery: Delivery, rows: int, column: int) -> None:
    figures = []
    for item in ITEMS:
        counted = [delivery.count(where=f"item = '{item}' AND kind = '{kind}'") for kind in ("value", "below", "above")]
        figures.append(", ".join(f"{number:,}" for number in (*counted, rows - sum(counted))))
    assert told("| item (header)", 2 + column) == [*figures, f"{delivery.count():,}"]
    assert told("| | sample.csv", 1 + column) == [f"{delivery.count(where=condition):,}" for condition in OVER]
    assert (delivery.count("count(DISTINCT sample)"), delivery.wrong_count()) == (rows, 0)
    assert delivery.con.execute("SELECT DISTINCT item, unit FROM results ORDER BY 1").fetchall() == [
        ("e_coli", "MPN/100mL"), ("fluoride", "mg/L"), ("free_chlorine", "mg/L"), ("total_coliform", "MPN/100mL"), ("turbidity", "NTU")]


def test_the_carried_sample(opened) -> None:
    path = EXAMPLE / "sample.csv"
    delivery = opened(path, MAPPING)
    check(delivery, 1000, 0)
    # Against the file itself, read by another reader.
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 1000
    chlorine = delivery.con.execute("SELECT CAST(sampled_on AS VARCHAR), value FROM results WHERE item = 'free_chlorine' ORDER BY row").fetchall()
    assert [(f"{r['Sample Date'][6:]}-{r['Sample Date'][:2]}-{r['Sample Date'][3:5]}", float(r["Residual Free Chlorine (mg/L)"])) for r in rows] == [
        (day, float(value)) for day, value in chlorine]
    above = sum(r["Coliform (Quanti-Tray) (MPN /100mL)"].startswith(">") for r in rows)
    assert delivery.count(where="kind = 'above' AND value = 200.5") == above == 18


def test_days_are_not_turned_around_where_nobody_said_how(opened) -> None:
    delivery = opened(EXAMPLE / "sample.csv", MAPPING.replace('dates = "month/day/year"', ""))
    assert delivery.count("count(sampled_on)") == 0
    assert delivery.wrong_count() == 1000


@pytest.mark.skipif("WENQU_NEW_YORK_FILE" not in os.environ, reason="the whole file is not carried; WENQU_NEW_YORK_FILE may name it")
def test_the_whole_file(opened) -> None:
    check(opened(Path(os.environ["WENQU_NEW_YORK_FILE"]), MAPPING), 23_382, 1)
