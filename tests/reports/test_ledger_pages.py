"""The exports page: start, watch, fetch; and the command."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from wenqu.jobs.actions import run_job, submit_job
from wenqu.jobs.models import Job
from wenqu.kit.sheet_text import clean, lines_of
from wenqu.reports.ledgers import commands


@pytest.mark.django_db(transaction=True)
def test_start_watch_and_fetch(county, sign_in):
    client = sign_in(county.cast.chen)
    page = client.get("/exports/").content.decode()
    assert "农村饮水安全农户台账" in page and "清泉县" in page and "　甲镇" in page
    answer = client.post("/exports/new/", {"kind": "households", "division": county.cast.county.pk})
    job = Job.objects.get()
    assert answer.status_code == 302 and answer["Location"] == f"/jobs/{job.pk}/"
    assert "下载" in client.get(answer["Location"]).content.decode()
    file = client.get(f"/jobs/{job.pk}/result/")
    assert load_workbook(BytesIO(b"".join(file.streaming_content))).active["A1"].value == "清泉县农村饮水安全农户台账"
    rows = client.get("/exports/", headers={"HX-Request": "true"}).content.decode()
    assert "共 5 行，1 张工作表" in rows and "hx-get" not in rows and "<html" not in rows


@pytest.mark.django_db(transaction=True)
def test_only_own_divisions_are_offered_and_taken(county, sign_in):
    cast = county.cast
    client = sign_in(cast.li)
    page = client.get("/exports/").content.decode()
    assert "甲一村" in page and "乙镇" not in page
    assert client.post("/exports/new/", {"kind": "households", "division": cast.town_b.pk}).status_code == 400
    assert client.post("/exports/new/", {"kind": "secrets", "division": cast.town_a.pk}).status_code == 400
    assert Job.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_file_is_for_those_whose_area_holds_the_exporters(county, sign_in, client):
    cast = county.cast
    sign_in(cast.li).post("/exports/new/", {"kind": "problems", "division": cast.village_a1.pk})
    job = Job.objects.get()
    for who, status in ((cast.chen, 200), (cast.li, 200), (cast.wang, 404), (cast.zhao, 404), (cast.nobody, 404)):
        assert sign_in(who).get(f"/jobs/{job.pk}/result/").status_code == status, who.username


def test_somebody_without_a_duty_is_told(cast, sign_in):
    assert "没有可导出的区域" in sign_in(cast.nobody).get("/exports/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_duty_that_ended_before_the_job_ran_exports_nothing(county, settings):
    cast = county.cast
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    job = submit_job(
        kind="export_ledger", args={"kind": "households", "division": cast.county.pk}, title="x", path=cast.county.path,
        by=cast.nobody, at=county.run.at,
    )
    run_job(job=job, clock=lambda: county.run.at)
    job.refresh_from_db()
    assert job.state == "failed" and "管辖区域" in job.message and job.result_file == ""


class Arguments:
    def __init__(self, **given):
        self.__dict__.update({"at": None, "snapshot": None, **given})


def test_the_command_exports_by_name_and_by_code(county, tmp_path, capsys):
    for number, division in enumerate(("清泉县", "610199", "610199101000")):
        out = tmp_path / f"{number}.xlsx"
        assert commands.run(Arguments(kind="schemes", division=division, system="nbs", out=out)) == 0
        assert load_workbook(out).active["A1"].value.endswith("供水工程及管护责任台账")
    assert "1 张工作表" in capsys.readouterr().out


def test_the_command_says_what_it_cannot_do(county, tmp_path, capsys):
    assert commands.run(Arguments(kind="schemes", division="无此县", system="nbs", out=tmp_path / "a.xlsx")) == 1
    assert commands.run(Arguments(kind="schemes", division="清泉县", system="nbs", out=tmp_path / "a.csv")) == 1
    assert commands.run(Arguments(kind="schemes", division="610199", system="mca", out=tmp_path / "a.xlsx")) == 1
    county.cast.town_b.__class__.objects.filter(pk=county.cast.village_b1.pk).update(name="甲一村")
    assert commands.run(Arguments(kind="schemes", division="甲一村", system="nbs", out=tmp_path / "a.xlsx")) == 1
    assert "610199102201" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "kept"), [("甲\x00乙", "甲乙"), ("一\n二", "一\n二"), ("\ud800x", "x"), ("\ufffe", ""), ("=A1", "=A1"), ("a" * 40_000, "a" * 32_767)]
)
def test_what_a_workbook_cannot_hold_is_left_out(text, kept):
    assert clean(text) == kept


@pytest.mark.parametrize(("text", "width", "lines"), [("短", 10, 1), ("一二三四五六", 9, 2), ("abc\ndef", 20, 2), ("", 5, 1)])
def test_rows_grow_with_their_text(text, width, lines):
    assert lines_of(text, width) == lines
