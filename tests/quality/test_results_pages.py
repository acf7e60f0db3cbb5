"""Pages of results in a browser's words: upload to taken, the grid, review, return, correction; who sees and does what."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cast import Cast
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from quality.county import browser, person
from quality.lab import TAKEN_ON, Lab, counted, workbook
from wenqu.jobs.actions import run_job
from wenqu.people.todos import todos_for
from wenqu.places.rights import Role
from wenqu.places.scope import area_of
from wenqu.quality.models import Delivery, LabFormat, Laboratory, Result, Sample


@pytest.fixture
def lab(cast: Cast) -> Lab:
    return Lab(cast)


@pytest.fixture
def ma(lab: Lab) -> Client:
    return browser(lab.ma)


def send(client: Client, lab: Lab, path: Path) -> Any:
    return client.post("/quality/deliveries/new/", {"laboratory": lab.laboratory.pk, "file": SimpleUploadedFile(path.name, path.read_bytes())})


def ran(delivery: Delivery) -> Delivery:
    delivery.refresh_from_db()
    assert delivery.job is not None
    run_job(job=delivery.job, clock=timezone.now)
    delivery.refresh_from_db()
    return delivery


def fields_of(page: Any) -> dict[str, Any]:
    form = page.context["form"]
    return {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}


def test_from_the_upload_to_what_counts(lab: Lab, ma: Client, tmp_path: Path) -> None:
    head = ["样品编号", "采样日期", "色度（度）", "总砷甲（μg/L）"]
    path = workbook(tmp_path / "二月.xlsx", [[one.number, TAKEN_ON.isoformat(), "5", "0.5"] for one in lab.samples] + [["202602-99999", TAKEN_ON.isoformat(), "5", "1"]], head)
    answer = send(ma, lab, path)
    delivery = Delivery.objects.get()
    assert answer.status_code == 302 and "hx-get" in ma.get(answer.url).content.decode()
    ran(delivery)
    page = ma.get(answer.url)
    text = page.content.decode()
    for told in ("读到 4 个样品", "总砷甲（μg/L）", "本县没有这个编号的样品", "A 样品编号", "采用对得上的结果（3）", "下载标注了错误的工作簿"):
        assert told in text, told
    assert ma.get(f"{answer.url}marked.xlsx").status_code == 200
    data = fields_of(page)
    at = next(n for n, column in enumerate(delivery.told["columns"]) if column["name"] == "总砷甲（μg/L）")
    wrong = ma.post(f"{answer.url}mapping/", data | {f"u{at}": "某单位"})
    assert wrong.status_code == 400 and "单位看不懂" in wrong.content.decode()
    assert ma.post(f"{answer.url}mapping/", data | {f"i{at}": "arsenic", f"u{at}": "μg/L", "save_as": "汇总表"}).status_code == 302
    ran(delivery)
    assert delivery.told["counts"] == {"new": 6, "sample_unknown": 2} and LabFormat.objects.get().name == "汇总表"
    assert "总砷甲（μg/L）" in delivery.mapping and "colour" not in delivery.mapping, "only what was changed is said"
    assert ma.post(f"{answer.url}take/", {"version": delivery.version}).status_code == 302
    ran(delivery)
    text = ma.get(answer.url).content.decode()
    assert "再采用一次" in text and "新结果：6" in text
    assert "采用过" in send(ma, lab, path).content.decode()
    # Who entered them does not review them; a second person does, all at once.
    one = lab.samples[0]
    url = f"/quality/results/{one.pk}/"
    own = ma.get(url).content.decode()
    assert "请由另一个人审核" in own and 'value="all"' not in own
    second = browser(lab.second)
    page = second.get(url)
    told = {"key": page.context["key"], "waits": page.context["waits"]}
    assert len(told["waits"]) == 2
    assert ma.post(f"{url}settle/", told | {"do": "all"}).status_code == 409 and not counted(one)
    assert second.post(f"{url}settle/", told | {"do": "all"}).status_code == 302 and len(counted(one)) == 2
    assert second.post(f"{url}settle/", told | {"do": "all"}).status_code == 302, "a form sent twice"
    assert second.post(f"{url}settle/", told | {"do": "all", "key": "other"}).status_code == 409


def test_a_saved_format_is_named_on_the_next_workbook(lab: Lab, ma: Client, tmp_path: Path) -> None:
    rows = [[one.number, TAKEN_ON.isoformat(), "5", "0.5"] for one in lab.samples]
    head = ["送检号", "采样日期", "色度（度）", "砷（μg/L）"]
    url = send(ma, lab, workbook(tmp_path / "一.xlsx", rows, head)).url
    delivery = ran(Delivery.objects.get())
    page = ma.get(url)
    assert delivery.state == "failed" and "没有找到样品编号" in page.content.decode() and "文件开头" in page.content.decode()
    assert ma.post(f"{url}mapping/", fields_of(page) | {"number": "送检号", "save_as": "疾控汇总"}).status_code == 302
    assert ran(delivery).state == "read"
    send(ma, lab, workbook(tmp_path / "二.xlsx", rows[:1], head))
    other = ran(Delivery.objects.order_by("pk").last())  # type: ignore[arg-type]
    assert other.state == "read" and "疾控汇总" in ma.get(f"/quality/deliveries/{other.pk}/").content.decode()


@pytest.mark.parametrize(("name", "content"), [("图.xlsx", b"\x89PNG" + b"\0" * 99), ("坏.xlsx", b"PK\x03\x04rubbish"), ("空.csv", b"")])
def test_rubbish_is_told_beside_the_field(lab: Lab, ma: Client, name: str, content: bytes) -> None:
    answer = ma.post("/quality/deliveries/new/", {"laboratory": lab.laboratory.pk, "file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422 and 'class="error"' in answer.content.decode() and not Delivery.objects.exists()


def test_the_grid_of_a_sample(lab: Lab, ma: Client) -> None:
    one = lab.samples[0]
    url = f"/quality/results/{one.pk}/enter/"
    page = ma.get(url)
    data = fields_of(page) | {"laboratory": lab.laboratory.pk}
    assert [row.get("item") for row in page.context["form"].rows] == ["total_coliform", "arsenic", "colour", "turbidity", None, None, None] and data["unit-arsenic"] == "mg/L"
    wrong = ma.post(url, data | {"written-arsenic": "≤0.01", "written-colour": "5", "written-extra0": "0.3"})
    assert wrong.status_code == 400 and "不是检测结果" in wrong.content.decode() and "请选择是哪一项" in wrong.content.decode() and not Result.objects.exists()
    good = data | {"written-arsenic": "<0.5", "unit-arsenic": "μg/L", "written-colour": "5", "item-extra0": "fluoride", "written-extra0": "0.3", "unit-extra0": "mg/L"}
    assert ma.post(url, good).status_code == 302 and ma.post(url, good).status_code == 302, "a form sent twice"
    assert sorted(Result.objects.values_list("item", "value", "unit")) == [("arsenic", "0.0005", "mg/L"), ("colour", "5", "度"), ("fluoride", "0.3", "mg/L")]
    assert [row.get("item") for row in ma.get(url).context["form"].rows][:2] == ["total_coliform", "turbidity"]
    again = ma.post(url, good | {"key": "another"})
    assert again.status_code == 409 and "更正" in again.content.decode()


def test_returned_late_corrected_and_what_was_before(lab: Lab, ma: Client) -> None:
    one = lab.samples[0]
    data = fields_of(ma.get(f"/quality/results/{one.pk}/enter/"))
    ma.post(f"/quality/results/{one.pk}/enter/", data | {"written-colour": "5", "written-turbidity": "0.4"})
    second, url = browser(lab.second), f"/quality/results/{one.pk}/"
    page = second.get(url)
    row = Result.objects.get(item="colour")
    told = {"key": page.context["key"], "pick": f"{row.pk}.{row.version}", "do": "return"}
    assert second.post(f"{url}settle/", told).status_code == 409
    assert second.post(f"{url}settle/", told | {"why": "与原始记录不符"}).status_code == 302
    Result.objects.filter(pk=row.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    text = ma.get(url).content.decode()
    assert "与原始记录不符" in text and "逾期" in text
    desk = ma.get("/quality/results/?tab=late").content.decode()
    assert one.number in desk and "逾期没有更正" in desk
    assert waits(lab.ma)["水质检测结果逾期未更正（项）"] == 1 and waits(lab.second) == {"水质检测结果待审核（项）": 1}
    page = ma.get(f"/quality/results/one/{row.pk}/correct/")
    data = fields_of(page)
    assert ma.post(page.request["PATH_INFO"], data | {"written": "≤5", "why": "抄错"}).status_code == 409
    assert ma.post(page.request["PATH_INFO"], data | {"written": "15", "why": ""}).status_code == 400
    assert ma.post(page.request["PATH_INFO"], data | {"written": "15", "why": "抄错"}).status_code == 302
    text = ma.get(url).content.decode()
    assert "更正：抄错" in text and "<s>5 度</s>" in text and "15 度" in text
    bad = second.post(f"{url}settle/", {"do": "accept", "pick": "x.y"})
    assert bad.status_code == 409 and second.post(f"{url}settle/", {"do": "dance", "pick": f"{row.pk}.1"}).status_code == 409


def waits(account: Any) -> dict[str, int]:
    return {one.text: one.count for one in todos_for(SimpleNamespace(user=account, area=area_of(account, timezone.localdate()))) if "水质" in one.text}


def test_who_sees_and_who_does(lab: Lab, ma: Client) -> None:
    town, other = browser(lab.taker), browser(person(Role.TOWN_STATION, lab.cast.town_b))
    one = lab.samples[0]
    data = fields_of(ma.get(f"/quality/results/{one.pk}/enter/"))
    ma.post(f"/quality/results/{one.pk}/enter/", data | {"written-colour": "5"})
    row = Result.objects.get()
    assert town.get(f"/quality/results/{one.pk}/").status_code == 200 and other.get(f"/quality/results/{one.pk}/").status_code == 404
    assert one.number in town.get("/quality/results/?tab=all").content.decode() and one.number not in other.get("/quality/results/?tab=all").content.decode()
    for client in (town, other):
        for url in (f"/quality/results/{one.pk}/enter/", f"/quality/results/one/{row.pk}/correct/", "/quality/deliveries/", "/quality/laboratories/"):
            assert client.get(url).status_code in (403, 404), url
        assert client.post(f"/quality/results/{one.pk}/settle/", {"do": "accept", "pick": f"{row.pk}.1"}).status_code in (403, 404)
    Sample.objects.filter(pk=one.pk).update(state="voided")
    assert "已作废" in ma.get(f"/quality/results/{one.pk}/").content.decode() and ma.get(f"/quality/results/{one.pk}/enter/").status_code == 409


def test_laboratories(lab: Lab, ma: Client) -> None:
    assert ma.post("/quality/laboratories/", {"name": "新机构", "certificate": "CMA-2", "certified_until": "2020-01-01"}).status_code == 302
    text = ma.get("/quality/laboratories/").content.decode()
    assert "新机构" in text and "已过期" in text
    twice = ma.post("/quality/laboratories/", {"name": " 新机构 "})
    assert twice.status_code == 409 and "已有这家" in twice.content.decode()
    row = Laboratory.objects.get(name="新机构")
    assert ma.post(f"/quality/laboratories/{row.pk}/", {"name": "清泉县疾控中心"}).status_code == 409
    assert ma.post(f"/quality/laboratories/{row.pk}/", {"name": "改名"}).status_code == 302 and Laboratory.objects.filter(name="改名", certificate="").exists()
    assert ma.post("/quality/laboratories/", {"name": "问13812345678"}).status_code == 400
