"""The pages of the import, used as people do, and who may use them."""

from __future__ import annotations

import pytest
from cast import AT
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from sheets import HOUSEHOLD_HEADERS, person, workbook

from wenqu.households.models import Household
from wenqu.importing.models import Batch, Mapping
from wenqu.jobs.models import Job
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.registers import actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(client, cast, sign_in, django_capture_on_commit_callbacks):
    """Post as somebody and let the jobs that this queued run."""

    def post_(account, name, data=None, *args):
        with django_capture_on_commit_callbacks(execute=True):
            return sign_in(account).post(reverse(f"registers:{name}", args=args), data or {})

    return post_


def form(cast, path, **changed):
    data = {"kind": "households", "county": cast.county.pk, "code_system": "nbs", "observed_on": "2026-02-01", "mapping": "",
            "file": SimpleUploadedFile(path.name, path.read_bytes())}
    return {**data, **changed}


def test_upload_check_confirm_undo(post, client, cast, tmp_path):
    path = workbook(tmp_path / "农户.xlsx", [person("H01"), person("H02", 缺水天数="多"), person("H03", 行政村="丁村")], [*HOUSEHOLD_HEADERS[:-1], "怪列"])
    answer = post(cast.chen, "upload", form(cast, path))
    batch = Batch.objects.get()
    assert answer.url == reverse("registers:batch", args=[batch.pk])
    assert (batch.state, batch.job.kind, Job.objects.get().state) == ("checked", "import_check", "done")
    page = client.get(answer.url).content.decode()
    for text in ("农户.xlsx", "确认导入", "有问题的单元格", "不是数字", "没有这个村", "怪列", "未识别的列", "下载标注了错误的工作簿"):
        assert text in page, text
    assert "style=" not in page
    assert not Household.objects.exists()
    download = client.get(reverse("registers:annotated", args=[batch.pk]))
    assert b"".join(download.streaming_content)[:2] == b"PK"
    assert AuditEntry.objects.filter(verb="download_annotated", actor_id=cast.chen.pk).count() == 1
    post(cast.chen, "import", {}, batch.pk)
    assert set(Household.objects.values_list("number", flat=True)) == {"H01", "H02"}
    assert "撤销整批导入" in client.get(answer.url).content.decode()
    listed = client.get(reverse("registers:list")).content.decode()
    assert "农户.xlsx" in listed and "已导入" in listed
    post(cast.chen, "undo", {}, batch.pk)
    assert not Household.objects.exists()
    assert {"receive_workbook", "check_batch", "import_batch", "undo_batch"} <= set(AuditEntry.objects.values_list("verb", flat=True))


def test_progress_is_polled_until_the_job_is_over(post, client, cast, tmp_path):
    post(cast.chen, "upload", form(cast, workbook(tmp_path / "a.xlsx", [person("H01")])))
    batch = Batch.objects.get()
    url = reverse("registers:progress", args=[batch.pk])
    assert client.get(url).headers["HX-Refresh"] == "true"
    Job.objects.update(state="running", done=30, total=100)
    page = client.get(url).content.decode()
    assert "30%" in page and "hx-get" in page
    assert "确认导入" not in client.get(reverse("registers:batch", args=[batch.pk])).content.decode()


def test_a_mapping_is_chosen_saved_reused_and_deleted(post, client, cast, tmp_path):
    headers = ["农户代号" if header == "户编号" else header for header in HOUSEHOLD_HEADERS]
    path = workbook(tmp_path / "a.xlsx", [person("H01")], headers)
    post(cast.chen, "upload", form(cast, path))
    batch = Batch.objects.get()
    assert batch.counts["refused"] == 1
    page = client.get(reverse("registers:mapping", args=[batch.pk])).content.decode()
    assert "<option>农户代号</option>" in page
    post(cast.chen, "mapping", {"c_household_number": "农户代号", "save_as": "国家系统导出"}, batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.counts["created"]) == ("checked", 1)
    saved = Mapping.objects.get()
    assert saved.name == "国家系统导出"
    post(cast.chen, "upload", form(cast, path, mapping=saved.pk))
    assert Batch.objects.first().counts["created"] == 1
    assert "国家系统导出" in client.get(reverse("registers:mappings")).content.decode()
    post(cast.chen, "delete-mapping", {}, saved.pk)
    assert not Mapping.objects.exists()


def test_only_the_county_role_imports_and_only_into_its_area(post, client, cast, tmp_path, receive):
    path = workbook(tmp_path / "a.xlsx", [person("H01")])
    for account in (cast.li, cast.wang, cast.nobody):
        answer = post(account, "upload", form(cast, path))
        assert answer.status_code == 403
        assert "上传文件" not in client.get(reverse("registers:list")).content.decode()
        with pytest.raises(Refused) as refused:
            receive(path, by=account)
        assert refused.value.code == "outside_area"
    with pytest.raises(Refused) as refused:
        receive(path, county=cast.province, by=cast.chen)
    assert refused.value.code == "not_a_county"
    assert not Batch.objects.exists()
    batch = receive(path)
    for account in (cast.li, cast.nobody):
        for name in ("import", "undo", "check"):
            assert post(account, name, {}, batch.pk).status_code == 404
        assert client.get(reverse("registers:annotated", args=[batch.pk])).status_code == 404
        with pytest.raises(Refused):
            actions.check_batch(batch=batch, by=account, at=AT)


def test_refusals_of_the_form_are_sentences(post, cast, tmp_path, settings):
    path = workbook(tmp_path / "a.xlsx", [person("H01")])
    answer = post(cast.chen, "upload", form(cast, path, file=SimpleUploadedFile("a.xlsx", b"%PDF-1.4\x00")))
    assert (answer.status_code, "不是 Excel" in answer.content.decode()) == (422, True)
    answer = post(cast.chen, "upload", form(cast, path, observed_on="2099-01-01"))
    assert "不能晚于今天" in answer.content.decode()
    settings.UPLOAD_LIMIT_BYTES = -2_000_000
    assert post(cast.chen, "upload", form(cast, path)).status_code == 409


def test_the_number_of_queries_of_the_list_does_not_grow(sign_in, cast, receive, tmp_path, django_assert_num_queries):
    path = workbook(tmp_path / "a.xlsx", [person("H01")])
    client = sign_in(cast.chen)
    client.get(reverse("registers:list"))
    with django_assert_num_queries(8):
        client.get(reverse("registers:list"))
    for _again in range(5):
        receive(path)
    with django_assert_num_queries(8):
        client.get(reverse("registers:list"))
