"""What a kill left between a file and its row is swept; what a row names stays."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from cast import AT, Cast
from django.utils import timezone
from opening import clear

from wenqu.importing.models import Batch
from wenqu.jobs.models import Job, State
from wenqu.jobs.results import making
from wenqu.judging.models import Run
from wenqu.kit.crypto.files import is_sealed
from wenqu.kit.sweeping import sweep_all


def aged(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_text("x")
    for each in (path, path.parent):
        os.utime(each, (time.time() - 3 * 86400,) * 2)
    return path


def test_orphans_are_swept_and_named_files_stay(county, settings) -> None:
    cast: Cast = county.cast
    Job.objects.create(kind="x", title="x", path=cast.county.path, created_at=AT, state=State.DONE, result_file="named.xlsx")
    Job.objects.create(kind="department_list", title="x", path=cast.county.path, created_at=AT, state=State.QUEUED, args={"stored": "asked-waiting"})
    Batch.objects.create(
        division=cast.county, path=cast.county.path, kind="households", file_name="a.csv", stored="a" * 32, sha256="0" * 64,
        observed_on=AT.date(), created_at=AT,
    )
    kept = [
        aged(settings.RESULTS_DIR / "named.xlsx"), aged(settings.UPLOADS_DIR / ("a" * 32) / "source.csv"), aged(settings.RUNS_DIR / Run.objects.get().file),
        aged(settings.UPLOADS_DIR / "asked-waiting" / "rows.json"), aged(settings.UPLOADS_DIR / "somebody-elses" / "x"),
    ]
    gone = [
        aged(settings.RESULTS_DIR / "orphan.xlsx"), aged(settings.RESULTS_DIR / ".named.xlsx.0.half"), aged(settings.UPLOADS_DIR / ("b" * 32) / "source.csv"),
        aged(settings.UPLOADS_DIR / ("a" * 32) / ".annotated.xlsx.0.half"), aged(settings.RUNS_DIR / "orphan.parquet"), aged(settings.RUNS_DIR / "x.half"),
        aged(settings.UPLOADS_DIR / "asked-done" / "rows.json"),
    ]
    fresh = settings.RESULTS_DIR / "being-made.xlsx"
    fresh.write_text("x")
    sweep_all(timezone.now())
    assert [path for path in [*kept, fresh] if not path.exists()] == []
    assert [path for path in gone if path.exists()] == []


def test_a_result_is_sealed_whole_or_not_there(settings) -> None:
    with making("a.xlsx") as target:
        target.write_text("张三")
        assert target.is_relative_to(settings.WORK_DIR)
    assert is_sealed(settings.RESULTS_DIR / "a.xlsx") and clear(settings.RESULTS_DIR / "a.xlsx").read().decode() == "张三"
    with pytest.raises(RuntimeError), making("b.xlsx") as target:
        target.write_text("half")
        raise RuntimeError
    assert [path.name for path in settings.RESULTS_DIR.iterdir()] == ["a.xlsx"]
    assert list(settings.WORK_DIR.iterdir()) == []
