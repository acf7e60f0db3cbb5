"""A register comes in through the API as through the pages: upload, dry run, confirm, undo, and files."""

from __future__ import annotations

from pathlib import Path

import pytest
from cast import AT
from django.conf import settings
from tokens import api_client

from wenqu.importing.models import Batch
from wenqu.jobs.actions import submit_job
from wenqu.jobs.models import Job
from wenqu.kit.models import AuditEntry
from wenqu.places.rights import Right

V1 = "/api/v1"
CSV = (
    "工程编号,工程名称,县,乡镇,行政村,工程类型\nN1,新水厂,清泉县,甲镇,,小型集中式供水工程\nN2,又一水厂,清泉县,甲镇,没有的村,小型集中式供水工程\n"
)


def _file(tmp_path: Path, text: str = CSV) -> Path:
    path = tmp_path / "工程台账.csv"
    path.write_text(text, encoding="utf-8")
    return path


def _upload(client, made, path: Path, **changed):
    with path.open("rb") as body:
        told = {"kind": "schemes", "county": made.cast.county.pk, "observed_on": "2026-02-01", "file": body} | changed
        return client.post(f"{V1}/imports", {name: value for name, value in told.items() if value is not None})


def test_a_register_is_tried_confirmed_and_undone(county, tmp_path, django_capture_on_commit_callbacks):
    client = api_client(county.cast.chen, may_write=True)
    with django_capture_on_commit_callbacks(execute=True):
        answer = _upload(client, county, _file(tmp_path))
    assert answer.status_code == 202, answer.content
    address = f"{V1}/imports/{answer.json()['id']}"
    tried = client.get(address).json()
    assert (tried["state"], tried["counts"]["created"], tried["counts"]["refused"]) == ("checked", 1, 1)
    assert tried["may_import"] and tried["errors"][0]["refused"] and "raw" not in tried["errors"][0]
    assert tried["sheets"][0]["rows"] == 2
    file = client.get(f"{address}/annotated")
    assert file.status_code == 200 and b"".join(file.streaming_content).startswith(b"PK")
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{address}/confirm").status_code == 202
    assert client.get(address).json()["state"] == "imported"
    assert "新水厂" in client.get(f"{V1}/schemes").content.decode()
    twice = client.post(f"{address}/confirm")
    assert (twice.status_code, twice.json()["code"]) == (409, "wrong_state")
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{address}/undo").status_code == 202
    assert client.get(address).json()["state"] == "undone"
    verbs = set(AuditEntry.objects.filter(via="api", actor_id=county.cast.chen.pk).values_list("verb", flat=True))
    assert {"receive_workbook", "download_annotated"} <= verbs


def test_whoever_may_not_import_does_not(county, tmp_path):
    answer = _upload(api_client(county.cast.li, may_write=True), county, _file(tmp_path), county=county.cast.town_a.pk)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_a_county")
    answer = _upload(api_client(county.cast.li, may_write=True), county, _file(tmp_path))
    assert answer.status_code == 404
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("changed", "status", "code", "field"),
    [
        ({"kind": "people"}, 422, "invalid", "kind"), ({"file": None}, 422, "invalid", "file"), ({"county": "x"}, 422, "invalid", "county"),
        ({"observed_on": "4000-01-01"}, 409, "date_in_future", None), ({"observed_on": "yesterday"}, 422, "invalid", "observed_on"),
    ],
)
def test_an_upload_that_cannot_be_taken_says_why(county, tmp_path, changed, status, code, field):
    answer = _upload(api_client(county.cast.chen, may_write=True), county, _file(tmp_path), **changed)
    assert (answer.status_code, answer.json()["code"], answer.json().get("field")) == (status, code, field)


@pytest.mark.parametrize(("content", "code"), [("\0\1\2", "file_not_a_table"), ("", "file_empty")])
def test_a_file_that_is_no_table_is_refused_by_its_content(county, tmp_path, content, code):
    answer = _upload(api_client(county.cast.chen, may_write=True), county, _file(tmp_path, content))
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_body_that_is_too_large_is_not_read(county, settings):
    settings.UPLOAD_LIMIT_BYTES = 10
    client = api_client(county.cast.chen, may_write=True)
    answer = client.post(f"{V1}/imports", b"x" * 1_000_020, content_type="multipart/form-data; boundary=x")
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")


@pytest.mark.parametrize("content_type", ["multipart/form-data; boundary=x", "multipart/form-data", "application/json", "text/plain"])
def test_a_body_in_another_form_is_refused(county, content_type):
    answer = api_client(county.cast.chen, may_write=True).post(f"{V1}/imports", b"nonsense", content_type=content_type)
    assert answer.status_code == 422


def test_a_result_is_fetched_under_the_right_of_its_file(county):
    folder = Path(settings.RESULTS_DIR)
    folder.mkdir(parents=True)
    (folder / "x.xlsx").write_bytes(b"PK\x03\x04")
    job = submit_job(
        kind="nothing", args={}, title="导出", path=county.cast.town_a.path, by=county.cast.li, at=AT, result_right=Right.EXPORT_PHONES)
    Job.objects.filter(pk=job.pk).update(state="done", result_file="x.xlsx", result_name="农户.xlsx")
    address = f"{V1}/jobs/{job.pk}"
    town, whole = api_client(county.cast.li), api_client(county.cast.chen)
    assert town.get(address).json()["has_result"] is False
    refused = town.get(f"{address}/result")
    assert (refused.status_code, refused.json()["code"]) == (403, "wrong_role")
    assert whole.get(address).json()["has_result"] is True
    file = whole.get(f"{address}/result")
    assert file.status_code == 200 and b"".join(file.streaming_content) == b"PK\x03\x04"
    assert AuditEntry.objects.filter(verb="download_result", via="api", actor_id=county.cast.chen.pk).count() == 1
    assert api_client(county.cast.zhao).get(f"{address}/result").status_code == 404
