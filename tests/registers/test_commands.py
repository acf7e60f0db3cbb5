"""`wenqu import` and `wenqu undo`, and a worker that was killed for good."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from cast import AT, Cast
from sheets import person, workbook

from wenqu import cli
from wenqu.households.models import Household
from wenqu.importing.models import Batch
from wenqu.kit.audit import SYSTEM
from wenqu.kit.refusal import Refused
from wenqu.places.actions import add_division
from wenqu.places.models import DivisionCode
from wenqu.registers.import_command import find_county
from wenqu.schemes.models import Scheme

PREPARE = """
import sys; sys.path[:0] = [{tests!r}]
from wenqu.kit import boot
boot.start(migrate=True)
from cast import AT, TODAY, make_cast
from pathlib import Path
from wenqu.registers import actions
cast = make_cast()
batch = actions.receive_workbook(kind="households", county=cast.county, file=Path({file!r}), file_name="a.xlsx", code_system="nbs",
                                 observed_on=TODAY, by=cast.chen, at=AT)
actions.check_batch(batch=batch, by=cast.chen, at=AT)
"""
IMPORT = """
import sys, time
from wenqu.kit import boot
boot.setup()
from django.utils import timezone
from wenqu.importing.models import Batch
from wenqu.kit.audit import SYSTEM
from wenqu.registers import actions, household_plan, household_rows, household_writer
for module in (household_rows, household_plan, household_writer):
    module.CHUNK_UNITS = 2
wait = float(sys.argv[1])
actions.import_batch(batch=Batch.objects.get(), by=SYSTEM, at=timezone.now(), progress=lambda done, total: time.sleep(wait if done else 0))
"""


@pytest.mark.django_db
def test_import_and_undo_from_the_terminal(cast, tmp_path, capsys):
    path = workbook(tmp_path / "a.xlsx", [person("H01"), person("H02", 缺水天数="多")])
    common = ["import", "households", str(path), "--county", "清泉县", "--observed-on", "2026-02-01"]
    assert cli.main([*common, "--dry-run", "--out", str(tmp_path / "out")]) == 2
    assert (tmp_path / "out" / "a-标注.xlsx").exists()
    assert not Household.objects.exists()
    assert cli.main(["import", "households", str(path), "--county", "610199", "--observed-on", "2026-02-01"]) == 2
    assert "新增 2" in capsys.readouterr().out
    assert Household.objects.count() == 2
    batch = Batch.objects.first()
    assert batch.state == "imported"
    assert cli.main(["undo", str(batch.pk)]) == 0
    assert not Household.objects.exists()
    assert cli.main(["undo", str(batch.pk)]) == 1
    assert cli.main(["undo", "999"]) == 1


@pytest.mark.django_db
def test_refusals_name_what_is_wrong(cast, tmp_path, capsys):
    path = workbook(tmp_path / "a.xlsx", [["G1", "甲水厂"]], ["工程编号", "工程名称"])
    assert cli.main(["import", "schemes", str(path), "--county", "清泉县", "--observed-on", "2026-02-01"]) == 0
    assert Scheme.objects.get().name == "甲水厂"
    for words, told in (
        (["schemes", str(path), "--county", "无此县"], "清泉县"), (["schemes", "没有.xlsx", "--county", "清泉县"], "找不到文件"),
        (["schemes", str(path), "--county", "清泉县", "--observed-on", "去年"], "YYYY-MM-DD"),
        (["schemes", str(path), "--county", "清泉县", "--mapping", "没有"], "没有名为"),
    ):
        assert cli.main(["import", *words]) == 1
        assert told in capsys.readouterr().err


def test_a_killed_import_goes_on_where_it_stopped(tmp_path):
    rows = [person(f"H{number}", member) for number in range(10, 22) for member in (1, 2)]
    path = workbook(tmp_path / "a.xlsx", rows)
    data = tmp_path / "data"
    environment = {**os.environ, "WENQU_DATA": str(data), "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "wenqu.settings"}
    tests = os.path.dirname(os.path.dirname(__file__))
    subprocess.run([sys.executable, "-c", PREPARE.format(tests=tests, file=str(path))], env=environment, check=True)
    worker = subprocess.Popen([sys.executable, "-c", IMPORT, "30"], env=environment)
    con = sqlite3.connect(data / "wenqu.sqlite3", timeout=30)

    def chunks_done() -> int:
        with suppress(sqlite3.OperationalError):
            return con.execute("SELECT chunks_done FROM importing_batch").fetchone()[0]
        return 0

    until = time.monotonic() + 60
    while chunks_done() < 1 and time.monotonic() < until:
        time.sleep(0.05)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert chunks_done() == 1
    assert con.execute("SELECT count(*) FROM households_member").fetchone() == (4,)
    subprocess.run([sys.executable, "-c", IMPORT, "0"], env=environment, check=True)
    assert con.execute("SELECT state, json_extract(counts, '$.created'), json_extract(counts, '$.unchanged') FROM importing_batch").fetchone() == ("imported", 24, 0)
    assert con.execute("SELECT count(*), count(DISTINCT number) FROM households_member").fetchone() == (24, 24)
    assert con.execute("SELECT count(*) FROM households_household").fetchone() == (12,)
    con.close()


def test_a_county_is_looked_up_in_the_system_that_was_named(cast: Cast):
    other = add_division(parent=cast.county.parent, level=3, name="邻县", codes={("mca", "2023"): "610199000000"}, by=SYSTEM, at=AT)
    assert (find_county("610199", "nbs"), find_county("610199", "mca")) == (cast.county, other)
    DivisionCode.objects.filter(division=cast.county).delete()
    with pytest.raises(Refused, match="库中没有这个县"):
        find_county("610199", "nbs")
