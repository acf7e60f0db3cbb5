"""What many do at the same moment, from two page processes with their threads: one row, equal receipts, nothing lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

HERE = Path(__file__).resolve()


@pytest.fixture
def crowd(tmp_path: Path) -> Iterator[Any]:
    """Run scripts against a database of their own, each as a process; give what they print."""
    environment = {**os.environ, "WENQU_DATA": str(tmp_path), "PYTHONPATH": f"{HERE.parents[2] / 'src'}:{HERE.parents[1]}", "WENQU_PHOTO_MB": "20"}
    environment.pop("WENQU_KEYS", None)
    url, name = os.environ.get("DATABASE_URL", ""), f"crowd_{os.getpid()}"
    if url.startswith("postgres"):
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name}")
        environment["DATABASE_URL"] = f"{url.rpartition('/')[0]}/{name}"
    else:
        environment.pop("DATABASE_URL", None)

    def run(*lists: list[str]) -> list[Any]:
        running = [
            subprocess.Popen([sys.executable, str(HERE.with_name("crowd.py")), *each], env=environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
            for each in lists
        ]
        printed = [each.communicate(timeout=300)[0] for each in running]
        assert [each.returncode for each in running] == [0] * len(lists)
        return [json.loads(each.splitlines()[-1]) for each in printed]

    yield run
    if url.startswith("postgres"):
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_thousand_repeats_make_one_row_and_equal_receipts(crowd: Any) -> None:
    (token,) = crowd(["prepare"])
    one, two = crowd(["repeat", token, "500"], ["repeat", token, "500"])
    assert len({*one, *two}) == 1 and sum(one.values()) + sum(two.values()) == 1000
    assert next(iter(one)).startswith("201 ")
    (told,) = crowd(["count"])
    # Two names of one content: two files of the record, one content.
    assert (told["records"], told["attachments"], told["evidence"], told["received"]) == (1, 2, 1, 1)


def test_parts_from_many_threads_in_any_order_make_whole_records(crowd: Any) -> None:
    (token,) = crowd(["prepare"])
    crowd(["parts", token, "40", "a"], ["parts", token, "40", "b"])
    (told,) = crowd(["count"])
    assert (told["records"], told["attachments"], told["incomplete"], told["received"]) == (80, 240, 0, 80)
    assert told["states"] == {"accepted": 80}
