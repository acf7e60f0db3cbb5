"""A legacy year of results: samples that nobody registered come with their workbook, at points that are known and at no others."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from cast import Cast
from django.urls import reverse
from django.utils import timezone

from quality.county import YEAR, adopt, browser, keep_all, schemes
from quality.lab import TAKEN_ON, Lab, workbook
from wenqu.importing.laboratory.mapping import LabMapping
from wenqu.jobs.actions import run_job
from wenqu.jobs.models import Job
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.places.models import Duty
from wenqu.quality.models import Custody, Delivery, LabFormat, Point, Result, Sample
from wenqu.quality.points.actions import add_points
from wenqu.quality.results.delivering import placing, taking, unplanned
from wenqu.quality.results.delivering.actions import map_delivery

HEAD = ["采样地点", "采样日期", "色度（度）", "浑浊度（NTU）", "砷（mg/L）"]
GOOD = ["5", "0.32", "<0.0005"]
BY_POINT = LabMapping(sample={"point": ("采样地点",)})


@pytest.fixture
def lab(cast: Cast) -> Lab:
    return Lab(cast)


def read(lab: Lab, path: Path, mapping: LabMapping = BY_POINT, save_as: str = "") -> Delivery:
    delivery = lab.read(path)
    return lab.ran(delivery, map_delivery(delivery=delivery, version=delivery.version, mapping=mapping, save_as=save_as, **lab.who(lab.ma)))


def legacy(lab: Lab) -> list[list[Any]]:
    """Two samples of one school, told by its name and by its number; one of another."""
    return [[lab.school.name, "2026-01-05", *GOOD], [lab.school.number, "2026-01-06", "25", "0.32", "<0.0005"], [lab.other.name, "2026-01-05", *GOOD]]


def test_samples_that_nobody_registered_come_with_their_results(lab: Lab, tmp_path: Path) -> None:
    before = Sample.objects.count()
    delivery = read(lab, workbook(tmp_path / "往年.xlsx", legacy(lab), HEAD), save_as="往年汇总")
    told = delivery.told
    assert (delivery.state, told["counts"], told["makes"], told["wrong"], told["points"]) == ("read", {"with_sample": 9}, 3, 0, [])
    assert Sample.objects.count() == before, "a dry run registers nothing"
    lab.take(delivery)
    assert (delivery.state, delivery.counts) == ("taken", {"with_sample": 9})
    made = list(Sample.objects.filter(key__startswith="lab:").order_by("taken_at", "pk"))
    assert sorted((one.point_id, timezone.localtime(one.taken_at).date(), one.state, one.role, tuple(one.items)) for one in made) == sorted(
        (point.pk, day, "taken", "routine", ("colour", "turbidity", "arsenic"))
        for point, day in ((lab.school, date(2026, 1, 5)), (lab.school, date(2026, 1, 6)), (lab.other, date(2026, 1, 5))))
    assert {one.number[:6] for one in made} == {"202601"} and len({one.number for one in made}) == 3
    assert all(one.made_by == lab.ma and one.taken_by is None and one.path == one.point.path for one in made)
    assert Custody.objects.filter(sample__in=made, step="taken").count() == 3
    assert Result.objects.get(sample__point=lab.school, sample__taken_at__date=date(2026, 1, 6), item="colour").value == "25"
    assert AuditEntry.objects.filter(verb="take_delivery", detail__samples=3).exists()
    # Taken once more, and in another file of the same format: the same samples.
    lab.take(delivery)
    again = lab.read(workbook(tmp_path / "往年再发.xlsx", [*legacy(lab), ["注：重发", None, None, None, None]], HEAD))
    assert (again.format, again.told["counts"], again.told["makes"]) == (LabFormat.objects.get(), {"same": 9}, 0)
    assert Sample.objects.count() == before + 3 and Result.objects.count() == 9


def test_without_a_column_of_points_nothing_is_made(lab: Lab, tmp_path: Path) -> None:
    rows = [["甲-1", *row] for row in legacy(lab)[:1]]
    delivery = lab.read(workbook(tmp_path / "往年.xlsx", rows, ["样品编号", *HEAD]))
    assert (delivery.told["counts"], delivery.told["makes"]) == ({"sample_unknown": 3}, 0)
    page = browser(lab.ma).get(reverse("quality:delivery", args=[delivery.pk])).content.decode()
    assert "监测点列" in page and "连样品一起登记" in page


def test_what_cannot_be_registered_is_listed_and_never_made(lab: Lab, tmp_path: Path) -> None:
    Point.objects.create(division=lab.school.division, path=lab.school.path, county=lab.cast.county, number="JC9003", name="重名", shape="school", from_on=date(2026, 1, 1), added_at=timezone.now())
    Point.objects.create(division=lab.school.division, path=lab.school.path, county=lab.cast.county, number="JC9004", name="重名", shape="school", from_on=date(2026, 1, 1), added_at=timezone.now())
    tomorrow = (timezone.localdate() + timedelta(days=40)).isoformat()
    rows = [["没有的点", "2026-01-05", *GOOD], ["没有的点", "2026-01-07", *GOOD], ["重名", "2026-01-05", *GOOD], [lab.school.name, "2025-12-31", *GOOD], [lab.school.name, tomorrow, *GOOD],
            [lab.school.name, None, *GOOD], [lab.school.name, "2026-02-09", *GOOD], [lab.other.name, "2026-01-05", *GOOD]]
    delivery = read(lab, workbook(tmp_path / "往年.xlsx", rows, HEAD))
    assert delivery.told["counts"] == {"point_unknown": 6, "point_several": 3, "point_not_in_use": 3, "day_to_come": 3, "day_missing": 3, "several_samples": 3, "with_sample": 3}
    assert delivery.told["points"] == [{"name": "没有的点", "samples": 2, "first": "2026-01-05"}]
    assert [(row, letter, raw) for _sheet, row, letter, _header, raw, _message in delivery.told["cells"]] == [
        (2, "A", "没有的点"), (3, "A", "没有的点"), (4, "A", "重名"), (5, "A", lab.school.name), (6, "B", tomorrow), (7, "B", ""), (8, "A", lab.school.name)]
    lab.take(delivery)
    assert Sample.objects.filter(key__startswith="lab:").count() == 1 and not Point.objects.filter(name="没有的点").exists()


def test_results_go_to_the_sample_that_was_registered_at_that_point_and_day(lab: Lab, tmp_path: Path) -> None:
    """Where it is clear which: one sample there, one in the workbook."""
    Sample.objects.filter(pk=lab.samples[1].pk).update(state="voided")
    delivery = read(lab, workbook(tmp_path / "二月.xlsx", [[lab.school.name, TAKEN_ON.isoformat(), *GOOD]], HEAD))
    assert (delivery.told["counts"], delivery.told["makes"]) == ({"new": 3}, 0)
    lab.take(delivery)
    assert lab.samples[0].results.count() == 3 and not Sample.objects.filter(key__startswith="lab:").exists()
    # Two of that day in the workbook, by their numbers: nobody can tell which is ours.
    two = [[f"甲-{n}", lab.other.name, TAKEN_ON.isoformat(), *GOOD] for n in (1, 2)]
    again = read(lab, workbook(tmp_path / "两份.xlsx", two, ["样品编号", *HEAD]))
    assert again.told["counts"] == {"several_samples": 6}
    # On a day of which nothing is registered both are.
    two = [[f"甲-{n}", lab.other.name, "2026-01-20", *GOOD] for n in (1, 2)]
    third = read(lab, workbook(tmp_path / "另两份.xlsx", two, ["样品编号", *HEAD]))
    assert (third.told["counts"], third.told["makes"]) == ({"with_sample": 6}, 2)


def test_what_stood_at_a_point_is_frozen_as_of_the_day_of_sampling(lab: Lab, tmp_path: Path) -> None:
    works = schemes(lab.cast)[0]
    adoption = adopt(lab.cast, "plan-county-water")
    points = add_points(adoption=adoption, kind="plant_tap", names=["龙头一", "龙头一 ", "龙头二"], scheme=works, from_on=date(YEAR, 1, 1), **lab.who(lab.ma))
    assert [point.name for point in points] == ["龙头一", "龙头二"] and {(point.shape, point.scheme_id, point.path) for point in points} == {("tap", works.pk, works.path)}
    with pytest.raises(Refused, match="已经登记过"):
        add_points(adoption=adoption, kind="plant_tap", names=["龙头一"], scheme=works, from_on=date(YEAR, 1, 1), **lab.who(lab.ma))
    lab.take(read(lab, workbook(tmp_path / "往年.xlsx", [["龙头一", "2026-01-05", *GOOD], ["龙头二", "2026-02-20", *GOOD]], HEAD)))
    made = Sample.objects.filter(key__startswith="lab:").order_by("taken_at")
    assert [(one.scheme_class, one.disinfectant, one.people is not None) for one in made] == [("large", "二氧化氯", True)] * 2


def test_points_of_a_workbook_are_kept_where_a_person_says_what_they_are(lab: Lab, tmp_path: Path) -> None:
    works, adoption = schemes(lab.cast)[0], adopt(lab.cast, "plan-county-water")
    keep_all(lab.cast, adoption)
    delivery = read(lab, workbook(tmp_path / "往年.xlsx", [["龙头一", "2026-01-05", *GOOD], ["龙头二", "2026-01-06", *GOOD]], HEAD))
    url, mine = reverse("quality:delivery-points", args=[delivery.pk]), browser(lab.ma)
    page = mine.get(reverse("quality:delivery", args=[delivery.pk])).content.decode()
    assert "龙头一（1 个样品）" in page and url in page
    good = {"names": ["龙头一"], "what": f"{adoption.pk}.plant_tap", "scheme": works.number, "from_on": "2026-01-01"}
    for bad, said in (({"names": []}, "至少选择一个"), ({"scheme": "没有"}, "没有这个编号的供水工程"), ({"names": ["别的"]}, "别的"), ({"what": ""}, "")):
        answer = mine.post(url, {**good, **bad})
        assert answer.status_code == 400 and said in answer.content.decode() and not Point.objects.filter(name__startswith="龙头").exists()
    assert browser(lab.second).post(url, good).status_code in (403, 404)
    assert mine.post(url, good).status_code == 302
    delivery.refresh_from_db()
    run_job(job=delivery.job, clock=timezone.now)
    delivery.refresh_from_db()
    assert Point.objects.get(name="龙头一").scheme == works
    assert (delivery.told["counts"], [one["name"] for one in delivery.told["points"]]) == ({"with_sample": 3, "point_unknown": 3}, ["龙头二"])
    assert mine.post(url, {**good, "names": [], "all": "1"}).status_code == 302
    assert Point.objects.filter(name="龙头二").exists()


def test_a_killed_worker_goes_on_and_registers_nothing_twice(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "SAMPLES", 1)
    delivery = read(lab, workbook(tmp_path / "往年.xlsx", legacy(lab), HEAD))
    real, done = taking.write, []

    def killed(*given: Any) -> None:
        if len(done) == 1:
            raise KeyboardInterrupt
        done.append(1)
        real(*given)

    monkeypatch.setattr(taking, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        lab.take(delivery)
    made = Sample.objects.filter(key__startswith="lab:")
    assert made.count() == 1, "the sample of the chunk that was killed is not there without its results"
    monkeypatch.setattr(taking, "write", real)
    delivery.refresh_from_db()
    run_job(job=Job.objects.get(pk=delivery.job_id), clock=timezone.now)
    assert made.count() == 3 and Result.objects.count() == 9 and len(set(made.values_list("number", flat=True))) == 3


def test_whoever_lost_the_duty_registers_none(lab: Lab, tmp_path: Path) -> None:
    delivery = read(lab, workbook(tmp_path / "往年.xlsx", legacy(lab), HEAD))
    Duty.objects.filter(account=lab.ma).update(to_on=date(2026, 1, 31))
    with pytest.raises(Refused):
        lab.take(delivery)
    assert not Sample.objects.filter(key__startswith=unplanned.MADE).exists()
