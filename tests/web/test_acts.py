"""What pages do when a form is sent: the steps of a problem, judging, jobs, results, outlines."""

from __future__ import annotations

import json

import pytest
from cast import AT
from crew import bring, make_crew, picture, sent
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from judged import SQUARE

from wenqu.jobs.models import Job, State
from wenqu.judging.models import Run
from wenqu.kit.models import AuditEntry
from wenqu.ledger.models import ProblemState
from wenqu.places.models import Outline


def test_a_town_verifies_its_problem_with_a_note(sign_in, county):
    problem = county.problem_a
    client = sign_in(county.cast.li)
    assert f'action="/problems/{problem.pk}/verify/"' in client.get(f"/problems/{problem.pk}/").content.decode()
    empty = client.post(f"/problems/{problem.pk}/verify/", sent(problem, severity="ordinary", note=""))
    assert empty.status_code == 400
    filled = sent(problem, severity="major", note="3月2日入户核实，水确实不够")
    answer = client.post(f"/problems/{problem.pk}/verify/", filled, follow=True)
    problem.refresh_from_db()
    assert (problem.state, problem.severity, problem.version) == (ProblemState.VERIFIED, "major", 1)
    page = answer.content.decode()
    assert f"问题 {problem.number}：核实已办理" in page
    assert "3月2日入户核实，水确实不够" in page
    # The same form sent twice does nothing twice; a second form of an older page is refused with who was faster.
    assert client.post(f"/problems/{problem.pk}/verify/", filled, follow=True).status_code == 200
    assert problem.steps.count() == 1
    late = client.post(f"/problems/{problem.pk}/dismiss/", {**sent(problem, note="误报"), "version": 0})
    assert late.status_code == 409
    assert "李站已在" in late.content.decode() and "办理了“核实”" in late.content.decode()
    again = client.post(f"/problems/{problem.pk}/verify/", sent(problem, severity="small", note="再核实"))
    assert again.status_code == 409
    assert "问题现在是“已核实，待交办”，不能核实" in again.content.decode()


@pytest.mark.usefixtures("standing_clock")
def test_a_problem_goes_round_its_loop_on_its_page(sign_in, county):
    """Each by a person of the right duty, with the forms that the page offers; four different people."""
    crew, problem = make_crew(county.cast), county.problem_b
    url, today = f"/problems/{problem.pk}/", timezone.localdate().isoformat()
    acts = [
        (county.cast.zhao, "verify", {"severity": "ordinary", "note": "到水厂看过"}),
        (county.cast.chen, "assign", {"level": "county", "holder": crew.sun.pk, "unit": "", "note": ""}),
        (crew.sun, "rectify", {"note": "更换加药设备", "evidence": picture()}),
        (crew.he, "check", {"visited_on": today, "answer": "satisfied", "answer_note": "水清了", "note": "放水正常"}),
        (crew.qian, "sign_off", {"outcome": "fixed", "note": "同意"}),
        (county.cast.chen, "file", {"note": ""}),
    ]
    for who, name, given in acts:
        client = sign_in(who)
        assert f'action="{url}{name}/"' in client.get(url).content.decode(), name
        answer = client.post(f"{url}{name}/", sent(problem, **given))
        assert answer.status_code == 302, (name, answer.content.decode())
    problem.refresh_from_db()
    assert (problem.state, problem.outcome, problem.version) == (ProblemState.FILED, "fixed", 6)
    page = sign_in(county.cast.zhao).get(url).content.decode()
    for words in ("更换加药设备", "现场.png", "水清了", "赵站", "孙修", "何核", "钱审", "已备案"):
        assert words in page, words


def test_a_village_cannot_assign_and_reads_why(sign_in, county):
    client = sign_in(county.cast.wang)
    bring(county.problem_a, "verified", make_crew(county.cast))
    page = client.get(f"/problems/{county.problem_a.pk}/").content.decode()
    assert "没有“交办问题”的权限；需要的职责：乡镇水管站" in page
    assert f"/problems/{county.problem_a.pk}/assign/" not in page
    refused = client.post(f"/problems/{county.problem_a.pk}/assign/", sent(county.problem_a, level="village", holder=county.cast.li.pk, unit="", note=""))
    assert refused.status_code == 403
    assert county.problem_a.state == ProblemState.VERIFIED


def test_a_step_that_there_is_not_has_no_address(sign_in, county):
    client = sign_in(county.cast.chen)
    for name in ("close", "absorb", "hand_over", "confirm", "inform"):
        assert client.post(f"/problems/{county.problem_b.pk}/{name}/", sent(county.problem_b, note="x")).status_code == 404
    assert client.get(f"/problems/{county.problem_b.pk}/verify/").status_code == 405


def test_forms_without_the_token_are_refused_in_chinese(county):
    from django.test import Client  # noqa: PLC0415

    client = Client(enforce_csrf_checks=True)
    client.force_login(county.cast.chen)
    session = client.session
    session["second_factor"] = int(AT.timestamp())
    session.save()
    answer = client.post(f"/problems/{county.problem_a.pk}/verify/", sent(county.problem_a, severity="small", note="x"))
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()
    assert county.problem_a.state == ProblemState.FOUND


def test_the_county_starts_a_run_and_sees_its_job(sign_in, county, django_capture_on_commit_callbacks):
    client = sign_in(county.cast.chen)
    form = client.get("/runs/new/").content.decode()
    for pack in ("national-2018", "gansu-2018", "guizhou-2020", "chongqing-2023"):
        assert pack in form
    assert "gb5749-2022" not in form
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/runs/new/", {"division": county.cast.county.pk, "pack": "gansu-2018", "as_of": "2026-03-01"})
    job = Job.objects.get()
    assert answer["Location"] == f"/jobs/{job.pk}/"
    run = Run.objects.get(pack_id="gansu-2018")
    page = client.get(f"/jobs/{job.pk}/progress/").content.decode()
    assert f"/runs/{run.pk}/" in page
    assert "hx-trigger" not in page  # it has ended: nothing asks again
    told = client.get(f"/runs/{run.pk}/").content.decode()
    for word in (run.digest, run.sha256, "gansu-2018", "2026-03-01", "甲镇", "乙镇"):
        assert word in told


@pytest.mark.parametrize("change", [{"as_of": "2999-01-01"}, {"pack": "gb5749-2022"}, {"as_of": ""}, {"division": "999999"}])
def test_a_run_that_cannot_be_is_refused_on_the_form(sign_in, county, change):
    data = {"division": county.cast.county.pk, "pack": "national-2018", "as_of": "2026-03-01"} | change
    answer = sign_in(county.cast.chen).post("/runs/new/", data)
    assert answer.status_code == 400
    assert not Job.objects.exists()


def test_a_town_cannot_start_a_run(sign_in, county):
    client = sign_in(county.cast.li)
    assert client.get("/runs/new/").status_code == 403
    assert client.post("/runs/new/", {"division": county.cast.county.pk, "pack": "national-2018", "as_of": "2026-03-01"}).status_code == 403


def test_a_running_job_asks_again_and_a_result_is_downloaded_and_written_down(sign_in, county):
    job = Job.objects.create(kind="x", title="导出", path=county.cast.county.path, by=county.cast.chen, created_at=AT, state=State.RUNNING, done=3, total=4)
    client = sign_in(county.cast.chen)
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert 'hx-trigger="every 1s"' in page
    assert "75%" in page
    settings.RESULTS_DIR.mkdir(parents=True, exist_ok=True)
    (settings.RESULTS_DIR / "a.xlsx").write_bytes(b"PK")
    Job.objects.filter(pk=job.pk).update(state=State.DONE, result_file="a.xlsx", result_name="台账.xlsx")
    answer = client.get(f"/jobs/{job.pk}/result/")
    assert b"".join(answer.streaming_content) == b"PK"
    assert AuditEntry.objects.get(verb="download_result").subject == f"job:{job.pk}"
    Job.objects.filter(pk=job.pk).update(result_file="../../secret")
    assert client.get(f"/jobs/{job.pk}/result/").status_code == 404


def outline_file(*features: dict) -> SimpleUploadedFile:
    return SimpleUploadedFile("a.geojson", json.dumps({"type": "FeatureCollection", "features": list(features)}).encode())


def feature(geometry: dict | None = None, **properties: object) -> dict:
    return {"type": "Feature", "properties": properties, "geometry": geometry or json.loads(SQUARE)}


def send(client, county, file):
    data = {"division": county.cast.county.pk, "file": file, "code_system": "nbs", "crs": "EPSG:4490", "source": "测试"}
    return client.post("/outlines/", data)


def test_outlines_match_by_code_then_by_name_and_the_rest_is_listed(sign_in, county):
    client = sign_in(county.cast.chen)
    file = outline_file(feature(code="610199101"), feature(name="乙镇"), feature(name="丙镇", code="610199999"), feature(name="甲镇"))
    page = send(client, county, file).content.decode()
    assert "已设置 2 条边界，2 个要素没有对上" in page
    assert "代码和名称都没有对应的区划" in page
    assert "与前面的要素重复" in page
    assert set(Outline.objects.values_list("division__name", flat=True)) == {"甲镇", "乙镇", "清泉县"}
    geometry = client.get(f"/area/{county.cast.county.pk}/map.json").json()
    assert geometry["of_children"] is True
    assert {each["properties"]["name"]: each["properties"]["numbers"]["unsafe"] for each in geometry["features"]} == {"甲镇": 1, "乙镇": 2}
    client.post("/outlines/remove/", {"area": county.cast.county.pk})
    assert Outline.objects.count() == 1


BAD = {
    "not json": b"<kml>",
    "a list": b"[]",
    "no features": b'{"type":"FeatureCollection","features":[]}',
    "deep": b"[" * 100_000,
    "a number that is none": b'{"type":"FeatureCollection","features":[{"geometry":{"type":"Polygon","coordinates":[[[NaN,1],[1,1],[1,2],[0,1]]]}}]}',
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_a_file_that_is_no_geojson_is_refused_in_words(sign_in, county, content):
    answer = send(sign_in(county.cast.chen), county, SimpleUploadedFile("a.geojson", content))
    assert answer.status_code == 400
    assert "GeoJSON" in answer.content.decode()
    assert Outline.objects.count() == 1


SHAPES = {
    "几何类型": {"type": "Point", "coordinates": [109, 34]},
    "没有闭合": {"type": "Polygon", "coordinates": [[[109, 34], [110, 34], [110, 35], [109, 35]]]},
    "至少要有 4 个点": {"type": "Polygon", "coordinates": [[[109, 34], [110, 34], [109, 34]]]},
    "不是经纬度": {"type": "Polygon", "coordinates": [[[500000, 3800000], [500001, 3800000], [500001, 3800001], [500000, 3800000]]]},
    "坐标应为": {"type": "Polygon", "coordinates": [[["109", 34], [110, 34], [110, 35], ["109", 34]]]},
    "边界是空的": {"type": "MultiPolygon", "coordinates": []},
}


@pytest.mark.parametrize("words", SHAPES)
def test_a_wrong_shape_is_named_with_its_number(sign_in, county, words):
    page = send(sign_in(county.cast.chen), county, outline_file(feature(name="甲镇"), feature(SHAPES[words], name="乙镇"))).content.decode()
    assert words in page
    assert "第 2 个要素" in page
    assert Outline.objects.count() == 1


def test_outlines_are_set_by_the_county_alone(sign_in, county):
    client = sign_in(county.cast.li)
    assert client.get("/outlines/").status_code == 403
    assert send(client, county, outline_file(feature(name="甲镇"))).status_code == 403
    assert client.post("/outlines/remove/", {"area": county.cast.town_a.pk}).status_code == 403
    assert Outline.objects.count() == 1
