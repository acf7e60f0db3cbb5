"""The example of real water points gives the figures that its README prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from wenqu import cli

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "malawi-waterpoints"
GRADES = ("met", "basic", "failed", "unknown")


def judged(out: Path, pack: str = "national-2018", mapping: Path = EXAMPLE / "mapping.toml") -> dict[str, Any]:
    status = cli.main(["judge", str(EXAMPLE / "waterpointstatus.csv"), "--map", str(mapping), "--pack", pack,
                       "--as-of", "2023-12-31", "--out", str(out), "--formats", "parquet"])
    assert status == 0
    return json.loads((out / "summary.json").read_text(encoding="utf-8"))


def test_the_readme_prints_what_comes_out(tmp_path: Path) -> None:
    summary, readme = judged(tmp_path), (EXAMPLE / "README.md").read_text(encoding="utf-8")
    assert summary["rows"]["judged"] == 1425 and summary["refused"]["cells"] == 0
    for name in ("quantity", "quality", "convenience", "reliability"):
        numbers = " | ".join(f"{summary['counts'][name][grade]:,}" for grade in GRADES)
        assert f"| {name} | {numbers} |" in readme
    assert summary["counts"]["overall"] == {"safe": 0, "basic": 0, "unknown": 1114, "unsafe": 311}
    assert "| **overall** | 0 safe | 0 | 311 unsafe | 1,114 |" in readme
    reasons = summary["reasons"]["convenience"]
    assert (reasons["convenience_distance_incomplete"], reasons["convenience_not_measured"]) == (1045, 134)


@pytest.mark.parametrize(("pack", "unsafe", "unknown"), [("gansu-2018", 1120, 305), ("guizhou-2020", 31, 1394), ("chongqing-2023", 196, 1229)])
def test_by_other_packs(tmp_path: Path, pack: str, unsafe: int, unknown: int) -> None:
    assert judged(tmp_path, pack)["counts"]["overall"] == {"safe": 0, "basic": 0, "unknown": unknown, "unsafe": unsafe}
    assert f"{unsafe:,} unsafe, {unknown:,} unknown" in (EXAMPLE / "README.md").read_text(encoding="utf-8")


def test_with_the_assumption_that_the_readme_leaves_out(tmp_path: Path) -> None:
    mapping = tmp_path / "assumed.toml"
    mapping.write_text((EXAMPLE / "mapping.toml").read_text(encoding="utf-8") + '\n[columns.scheme_class]\nconstant = "decentralised"\n', encoding="utf-8")
    counts = judged(tmp_path / "out", mapping=mapping)["counts"]
    assert counts["quality"] == {"met": 0, "basic": 1120, "unknown": 188, "failed": 117} and counts["overall"]["unsafe"] == 375
