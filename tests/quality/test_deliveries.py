"""A laboratory's workbook: recognised, corrected, saved and found again, held against the samples, taken once, killed and gone on."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cast import Cast
from django.conf import settings
from django.utils import timezone
from workbooks_of_laboratories import book

from quality.lab import GOOD, TAKEN_ON, Lab, cells, sample, workbook
from wenqu.importing.laboratory.mapping import LabMapping
from wenqu.jobs.actions import run_job
from wenqu.jobs.models import Job, State
from wenqu.kit.crypto.workplace import opened
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.places.models import Duty
from wenqu.quality.models import Delivery, LabFormat, Result, Sample
from wenqu.quality.results.actions import invalidate_results, return_results
from wenqu.quality.results.delivering import placing, taking
from wenqu.quality.results.delivering.actions import add_laboratory, map_delivery, submit_read, submit_take
from wenqu.quality.results.delivering.keeping import annotated_file, folder, sweep


@pytest.fixture
def lab(cast: Cast) -> Lab:
    return Lab(cast)


def remap(lab: Lab, delivery: Delivery, mapping: LabMapping, save_as: str = "") -> Delivery:
    return lab.ran(delivery, map_delivery(delivery=delivery, version=delivery.version, mapping=mapping, save_as=save_as, **lab.who(lab.ma)))


def kept(one: Sample) -> list[tuple[str, str, str, str, str]]:
    return list(one.results.order_by("item").values_list("item", "sign", "value", "unit", "state"))


def test_a_workbook_becomes_results_that_wait_for_review(lab: Lab, tmp_path: Path) -> None:
    delivery = lab.read(workbook(tmp_path / "二月.xlsx", lab.rows()))
    told = delivery.told
    assert (delivery.state, told["samples"], told["results"], told["counts"], told["wrong"], told["takes"]) == ("read", 3, 12, {"new": 12}, 0, 12)
    assert [(one["name"], one["item"], one["unit"], one["code"]) for one in told["columns"]] == [
        ("色度（度）", "colour", "度", ""), ("浑浊度（NTU）", "turbidity", "NTU", ""), ("砷（mg/L）", "arsenic", "mg/L", ""), ("总大肠菌群（MPN/100mL）", "total_coliform", "MPN/100mL", "")]
    assert told["sheets"][0]["facts"] == [["样品编号", "A 样品编号"], ["采样日期", "B 采样日期"]]
    assert not Result.objects.exists() and annotated_file(delivery) is None
    lab.take(delivery)
    assert (delivery.state, delivery.counts, delivery.job.state) == ("taken", {"new": 12}, State.DONE)
    assert kept(lab.samples[0]) == [("arsenic", "below", "0.0005", "mg/L", "entered"), ("colour", "value", "5", "度", "entered"), ("total_coliform", "not_detected", "", "MPN/100mL", "entered"),
                                    ("turbidity", "value", "0.32", "NTU", "entered")]
    row = Result.objects.get(sample=lab.samples[2], item="arsenic")
    assert (row.written, row.place, row.origin, row.laboratory, row.entered_by, row.path) == ("<0.0005", "结果 E4", "file", lab.laboratory, lab.ma, lab.other.path)


def test_the_same_file_is_taken_once(lab: Lab, tmp_path: Path) -> None:
    path = workbook(tmp_path / "二月.xlsx", lab.rows())
    delivery = lab.receive(path)
    assert lab.receive(path) == delivery, "uploaded twice, it is one"
    lab.take(lab.read(path))
    with pytest.raises(Refused, match="采用过"):
        lab.receive(path)
    delivery.refresh_from_db()
    lab.take(delivery)
    assert Result.objects.count() == 12 and delivery.counts == {"same": 12}
    # Another file with the same results brings nothing either.
    again = lab.read(workbook(tmp_path / "二月再发.xlsx", [*lab.rows(), ["注：重发"]]))
    assert again.told["counts"] == {"same": 12} and again.told["takes"] == 12
    with pytest.raises(Refused, match="没有可以采用"):
        lab.take(again)


def test_what_does_not_fit_is_told_by_sheet_row_and_column_and_marked(lab: Lab, tmp_path: Path) -> None:
    Sample.objects.filter(pk=lab.samples[1].pk).update(state="voided")
    sample(lab.cast, "202602-00044", lab.school, taken_on=None)
    sample(lab.cast, "202602-00055", lab.school, taken_on=date(2026, 2, 8))
    rows = [*lab.rows(["≤5", "0.32", "合格", "未检出"]), ["202602-99999", "2026-02-09", *GOOD], ["202602-00044", "2026-02-09", *GOOD], ["202602-00055", "2026-02-09", *GOOD]]
    delivery = lab.read(workbook(tmp_path / "二月.xlsx", rows))
    assert delivery.told["counts"] == {"new": 6, "verdict_only": 1, "sample_voided": 4, "sample_unknown": 4, "sample_not_taken": 4, "day_differs": 4}
    assert [(row, letter, raw) for _sheet, row, letter, _header, raw, _message in delivery.told["cells"]] == [
        (2, "C", "≤5"), (2, "E", "合格"), (3, "A", lab.samples[1].number), (5, "A", "202602-99999"), (6, "A", "202602-00044"), (7, "A", "202602-00055")]
    assert [message.partition("；")[0] for *_rest, message in delivery.told["cells"]] == [
        "是限值的写法，不是检测结果", "只写了合格或不合格，没有检测结果", "这个样品已作废", "本县没有这个编号的样品", "这个样品还没有登记采样", "采样日期 2026-02-09 与登记的 2026-02-08 不同"]
    file = annotated_file(delivery)
    assert file is not None
    with opened(file) as copy:
        listed = cells(copy, [name for name in openpyxl.load_workbook(copy).sheetnames if name != "结果"][0])
        assert len(listed) == 7 and listed[4][3] == "202602-99999"
        marked = openpyxl.load_workbook(copy)["结果"]
        assert "本县没有这个编号的样品" in marked["A5"].comment.text
    lab.take(delivery)
    assert Result.objects.count() == 6 and delivery.counts["sample_unknown"] == 4
    # The samples come to be known: the rest is taken, nothing twice.
    sample(lab.cast, "202602-99999", lab.other)
    lab.take(delivery)
    assert Result.objects.count() == 10 and delivery.counts["same"] == 6


def test_results_that_stand_already(lab: Lab, tmp_path: Path) -> None:
    lab.take(lab.read(workbook(tmp_path / "一.xlsx", lab.rows())))
    first = Result.objects.get(sample=lab.samples[0], item="colour")
    return_results(sample=lab.samples[0], picked={first.pk: first.version}, why="与原始记录不符", key="b", **lab.who(lab.second))
    other = Result.objects.get(sample=lab.samples[1], item="colour")
    invalidate_results(sample=lab.samples[1], picked={other.pk: other.version}, why="受污染", key="i", **lab.who(lab.second))
    again = lab.read(workbook(tmp_path / "二.xlsx", lab.rows(["15", "0.9", "<0.0005", "未检出"])))
    assert again.told["counts"] == {"corrects": 1, "has_result": 1, "same": 9, "new": 1}
    lab.take(again)
    new = Result.objects.get(sample=lab.samples[0], item="colour", state="entered")
    assert (new.value, new.instead_of_id, new.delivery, new.why) == ("15", first.pk, again, "报表“二.xlsx”更正")
    assert Result.objects.get(sample=lab.samples[0], item="turbidity").value == "0.32"
    # What was invalidated does not come again with the file that it came by.
    lab.take(Delivery.objects.get(file_name="一.xlsx"))
    assert list(Result.objects.filter(sample=lab.samples[1], item="colour").values_list("state", flat=True)) == ["invalid", "entered"]


def test_a_corrected_recognition_is_saved_and_found_again_by_its_header(lab: Lab, tmp_path: Path) -> None:
    head = ["送检号", "采样日期", "色度（度）", "总砷甲（μg/L）", "水温"]
    rows = [[one.number, TAKEN_ON.isoformat(), "5", "0.5", "11"] for one in lab.samples]
    delivery = lab.read(workbook(tmp_path / "一.xlsx", rows, head))
    assert delivery.state == "failed" and "没有找到样品编号" in delivery.message and "送检号" in delivery.told["preview"]["headers"]
    mapping = LabMapping(sample={"number": ("送检号",)}, items={"总砷甲（μg/L）": "arsenic", "水温": ""})
    remap(lab, delivery, mapping, save_as="疾控中心汇总表")
    assert (delivery.state, delivery.told["counts"]) == ("read", {"new": 6})
    saved = LabFormat.objects.get()
    assert (saved.laboratory, saved.name, delivery.format) == (lab.laboratory, "疾控中心汇总表", saved) and "送检号" in saved.headers
    lab.take(delivery)
    assert Result.objects.get(sample=lab.samples[0], item="arsenic").value == "0.0005"
    # The next workbook with the same header is read the same way by itself; another laboratory's is not.
    other = lab.read(workbook(tmp_path / "二.xlsx", [*rows[:2], ["注：补发"]], head))
    assert (other.state, other.format, other.mapping) == ("read", saved, saved.text)
    stranger = add_laboratory(county=lab.cast.county, name="另一家", certificate="", certified_until=None, **lab.who(lab.ma))
    third = lab.receive(workbook(tmp_path / "三.xlsx", rows[:1], head), laboratory=stranger)
    assert lab.ran(third, submit_read(delivery=third, **lab.who(lab.ma))).state == "failed"
    with pytest.raises(Refused, match="被别人处理过"):
        map_delivery(delivery=third, version=third.version - 1, mapping=mapping, save_as="", **lab.who(lab.ma))


def test_a_row_for_each_result_and_a_sheet_for_each_sample(lab: Lab, tmp_path: Path) -> None:
    one, two, _three = lab.samples
    long = [["样品编号", "采样日期", "检测项目", "检测结果", "单位"], [one.number, "2026-02-09", "氨氮", "＜0.02", "mg/L"], [None, None, "砷", "12", "μg/L"], [None, None, "没有的项目", "3", "mg/L"]]
    report = [["检测报告"], [f"样品编号：{two.number}", "采样日期：2026-02-09"], ["检测项目", "单位", "检测结果"], ["氟化物", "mg/L", "0.35"], ["总大肠菌群", "CFU/100mL", "未检出"]]
    unknown = [["检测报告"], ["样品编号：X-1", "采样日期：2026-02-09"], ["检测项目", "单位", "检测结果"], ["氟化物", "mg/L", "0.35"], ["砷", "mg/L", "0.001"]]
    delivery = lab.read(book(tmp_path / "报告.xlsx", {"表": long, "报告": report, "另": unknown}))
    assert delivery.told["counts"] == {"new": 4, "sample_unknown": 2}
    assert [sheet["kind"] for sheet in delivery.told["sheets"]] == ["long", "report", "report"]
    assert [(sheet, row, letter) for sheet, row, letter, *_rest in delivery.told["cells"]] == [("表", 4, "C"), ("另", 2, "A")]
    lab.take(delivery)
    assert kept(one) == [("ammonia", "below", "0.02", "mg/L", "entered"), ("arsenic", "value", "0.012", "mg/L", "entered")] and len(kept(two)) == 2


@pytest.mark.parametrize(("name", "content", "code"), [
    ("空.xlsx", b"", "file_empty"), ("图.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "file_not_a_table"), ("坏.xlsx", b"PK\x03\x04" + b"rubbish" * 50, "file_broken"),
    ("数据.parquet", b"PAR1" + b"\0" * 50, "file_not_a_table"),
])
def test_rubbish_is_refused_at_the_door(lab: Lab, tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Refused) as refused:
        lab.receive(tmp_path / name)
    assert refused.value.code == code and not Delivery.objects.exists() and not list(Path(settings.UPLOADS_DIR).glob("*"))


@pytest.mark.parametrize(("name", "content"), [
    ("字.csv", "一,二\n三,四\n".encode()), ("旧.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600), ("空表.csv", b"\n\n"), ("半.csv", b"\xff\xfe\x00"),
])
def test_what_says_nothing_is_told_in_a_sentence(lab: Lab, tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    delivery = lab.read(tmp_path / name)
    assert delivery.state == "failed" and len(delivery.message) > 8 and "出错" not in delivery.job.message and name.partition(".")[2] not in ("source",), delivery.message
    assert "source." not in delivery.message
    with pytest.raises(Refused):
        lab.take(delivery)


def test_a_killed_worker_is_gone_on_after_the_last_chunk(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "SAMPLES", 1)
    delivery = lab.read(workbook(tmp_path / "二月.xlsx", lab.rows()))
    job, real, done = submit_take(delivery=delivery, version=delivery.version, **lab.who(lab.ma)), taking.write, []

    def killed(*given: Any) -> None:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(1)
        real(*given)

    monkeypatch.setattr(taking, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        run_job(job=job, clock=timezone.now)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.chunks_done, Result.objects.count()) == ("taking", 2, 8)
    monkeypatch.setattr(taking, "write", real)
    run_job(job=Job.objects.get(pk=job.pk), clock=timezone.now)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.counts, Result.objects.count()) == ("taken", {"new": 12}, 12)
    # The worker was killed before it could say that the job is done.
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING)
    run_job(job=Job.objects.get(pk=job.pk), clock=timezone.now)
    assert Job.objects.get(pk=job.pk).state == State.DONE and Result.objects.count() == 12


def test_whoever_lost_the_duty_takes_nothing(lab: Lab, tmp_path: Path) -> None:
    delivery = lab.read(workbook(tmp_path / "二月.xlsx", lab.rows()))
    job = submit_take(delivery=delivery, version=delivery.version, **lab.who(lab.ma))
    Duty.objects.filter(account=lab.ma).update(to_on=date(2026, 1, 31))
    run_job(job=job, clock=timezone.now)
    assert not Result.objects.exists() and Job.objects.get(pk=job.pk).state == State.FAILED
    for act in (lambda: submit_take(delivery=delivery, version=delivery.version, **lab.who(lab.second)), lambda: lab.receive(tmp_path / "二月.xlsx")):
        with pytest.raises(Refused):
            act()


def test_every_act_is_in_the_log(lab: Lab, tmp_path: Path) -> None:
    lab.take(lab.read(workbook(tmp_path / "二月.xlsx", lab.rows())))
    verbs = list(AuditEntry.objects.filter(subject__startswith="delivery:").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["receive_delivery", "read_delivery", "take_delivery", "take_delivery"]


def test_the_sweep_leaves_what_is_named_and_takes_the_rest(lab: Lab, tmp_path: Path) -> None:
    delivery = lab.receive(workbook(tmp_path / "二月.xlsx", lab.rows()))
    left = folder(delivery).with_name("lab-nobody")
    left.mkdir()
    assert sweep(timezone.now() + timedelta(days=3)) == 1 and folder(delivery).is_dir() and not left.exists()
