"""A cut of the real file of New York through the product: every kind of cell that it has, to verdicts and what follows."""

from __future__ import annotations

import csv
import importlib.util
from pathlib import Path
from typing import Any

import pytest

from wenqu.ledger.models import Problem
from wenqu.quality.models import Delivery, LabFormat, Point, Result, Verdict

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "new-york-distribution"
COLIFORM, TURBIDITY = "Coliform (Quanti-Tray) (MPN /100mL)", "Turbidity (NTU)"


def example() -> Any:
    spec = importlib.util.spec_from_file_location("new_york_judge", EXAMPLE / "judge.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def rows(tmp_path: Path) -> tuple[Path, list[dict[str, str]]]:
    """Sixty rows: all that tell of a bound, a blank turbidity or a dash among the first, and others."""
    with (EXAMPLE / "sample.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        every, head = list(reader), list(reader.fieldnames or ())
    odd = [row for row in every if row[COLIFORM].startswith(">") or not row[TURBIDITY] or not row[COLIFORM].strip().startswith("<")][:40]
    cut = [row for row in every if row in odd or row in every[:20]]
    path = tmp_path / "nyc.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, head)
        writer.writeheader()
        writer.writerows(cut)
    return path, cut


@pytest.mark.django_db
def test_a_cut_of_the_real_file_is_taken_reviewed_and_judged(rows: tuple[Path, list[dict[str, str]]]) -> None:
    path, cut = rows
    found = example().through_the_app(path)
    sites = {row["Sample Site"].strip() for row in cut}
    given = sum(bool(row[column].strip(" -")) for row in cut for column in list(row)[6:])
    assert found["dry run before the sites were kept"] == {"point_unknown": given} and found["sites"] == len(sites) == Point.objects.count()
    assert found["dry run"] == {"counts": {"with_sample": given}, "samples to be registered": len(cut), "wrong cells": 0} and found["taken"] == {"with_sample": given}
    assert (found["samples"], found["results"], Result.objects.filter(state="reviewed").count()) == (len(cut), given, given)
    # Taken before April 2023: the edition of 2006, told with every verdict.
    assert found["editions"] == {"gb5749-2006": len(cut)} and LabFormat.objects.get() == Delivery.objects.get().format
    # Against the cells themselves.
    positive = {index for index, row in enumerate(cut) if row[COLIFORM].strip()[:1] not in ("<", "-", "")}
    turbid = {index for index, row in enumerate(cut) if row[TURBIDITY] and float(row[TURBIDITY]) > 1}
    flat = {index for index, row in enumerate(cut) if float(row["Residual Free Chlorine (mg/L)"]) < 0.05}
    assert found["verdicts"].get("unfit") == len(positive | turbid | flat) and sum(found["verdicts"].values()) == len(cut)
    assert (found["items"]["total_coliform unfit present"], found["items"].get("turbidity unfit over", 0)) == (len(positive), len(turbid))
    above = Result.objects.filter(item="total_coliform", sign="above")
    assert set(above.values_list("written", "value")) == {(">200.5", "200.5")} and all(one.sample.verdicts.get(newest=True).verdict == "unfit" for one in above)
    assert found["due and not given"]["chloroform"] == len(cut), "what chlorine makes due is not in the file and is told"
    assert Problem.objects.filter(kind="bad_water").count() == 1 and Verdict.objects.filter(verdict="unfit", problem=None).count() == 0
