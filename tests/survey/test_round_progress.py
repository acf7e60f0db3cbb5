"""How far a round is, and its records as a workbook."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from cast import AT, Cast
from django.test import Client
from django.utils import timezone
from openrosa.client import Collect
from stages import household

from survey.field import Field, make_field, phone_of, record, round_of
from wenqu.jobs.models import Job
from wenqu.kit.models import AuditEntry
from wenqu.places.models import Division, Level, Role
from wenqu.places.scope import Area
from wenqu.survey.designing.actions import publish_shipped
from wenqu.survey.models import Assignment, FormVersion, Round, Submission
from wenqu.survey.permissions import parts_exported
from wenqu.survey.rounds import progress as progress_module
from wenqu.survey.rounds.exporting import export_round
from wenqu.survey.rounds.progress import progress_of


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast)


def send(field: Field, subject, token: str = "", extra: str = "", **more: str) -> None:
    assert Collect(f"http://testserver/x/{token or field.phone.token}", Client()).post(record(subject, extra=extra, **more)).status_code == 201


def test_a_village_is_done_by_different_households_not_by_records(field: Field) -> None:
    cast = field.cast
    send(field, field.home)
    send(field, field.home, persons="5")
    send(field, field.far)
    told = progress_of(field.round, cast.area(cast.chen), None, AT)
    assert [(line.division.name, line.people, line.all, line.done, line.waiting, line.percent) for line in told.lines] == [
        ("甲一村", ["王管"], 2, 1, 0, 50), ("甲二村", [], 1, 0, 1, 0)]
    assert (told.total.all, told.total.done, told.total.waiting) == (3, 1, 1) and told.about == "household"
    (wang,) = told.surveyors
    assert (wang.account, wang.villages, wang.accepted, wang.waiting, [each.name for each in wang.phones]) == (cast.wang, 1, 2, 1, ["红米"])
    assert wang.last_at == wang.phones[0].last_at


def test_whoever_sees_a_part_sees_the_progress_of_that_part(field: Field) -> None:
    send(field, field.home)
    told = progress_of(field.round, field.cast.area(field.cast.zhao), None, AT)
    assert told.lines == [] and told.surveyors == [] and told.total.all == 0


def test_somebody_from_whom_nothing_comes_is_pointed_out(field: Field, sign_in) -> None:
    send(field, field.home)
    area, now = field.cast.area(field.cast.chen), timezone.now()
    assert not progress_of(field.round, area, None, now).surveyors[0].quiet
    assert progress_of(field.round, area, None, now + timedelta(days=4)).surveyors[0].quiet
    quiet = round_of(field.cast, field.form, [field.cast.li], [field.cast.village_a2])
    page = sign_in(field.cast.chen).get(f"/survey/rounds/{quiet.pk}/").content.decode()
    assert "还没有收到" in page and "没有配对手机" in page


def test_a_round_of_schemes_counts_schemes(field: Field) -> None:
    version = publish_shipped(county=field.cast.county, shipped="scheme-check", by=field.cast.chen, at=AT)
    row = round_of(field.cast, version.form, [field.cast.li], [field.cast.village_a1])
    told = progress_of(row, field.cast.area(field.cast.chen), None, AT)
    assert told.about == "scheme" and told.lines[0].all == 0


def test_many_villages_are_shown_town_by_town(field: Field, sign_in, monkeypatch) -> None:
    monkeypatch.setattr(progress_module, "MOST_VILLAGES", 1)
    cast = field.cast
    Assignment.objects.create(round=field.round, account=cast.zhao, division=cast.village_b1, path=cast.village_b1.path)
    household(cast.village_b1, "610199102201001", "赵六")
    send(field, field.home)
    told = progress_of(field.round, cast.area(cast.chen), None, AT)
    assert told.by_town and [(line.division.name, line.all, line.done) for line in told.lines] == [("甲镇", 2, 1), ("乙镇", 1, 0)]
    http = sign_in(cast.chen)
    page = http.get(f"/survey/rounds/{field.round.pk}/?town={cast.town_b.pk}").content.decode()
    assert "乙镇各村进度" in page and "乙一村" in page.partition("各村进度")[2].partition("调查人员和手机")[0] and "甲一村" not in page.partition("各村进度")[2].partition("调查人员和手机")[0]


def test_the_questions_that_a_round_costs_do_not_grow_with_it(field: Field, django_assert_max_num_queries) -> None:
    for number in range(30):
        village = Division.objects.create(parent=field.cast.town_a, level=Level.VILLAGE, name=f"村{number}", path=f"{field.cast.town_a.path}{1000 + number}")
        Assignment.objects.create(round=field.round, account=field.cast.wang, division=village, path=village.path)
    with django_assert_max_num_queries(11):
        progress_of(field.round, field.cast.area(field.cast.chen), None, AT)


def exported(http: Client, row: Round, commit) -> openpyxl.Workbook:
    with commit(execute=True):
        answer = http.post(f"/survey/rounds/{row.pk}/export/")
    job = Job.objects.get()
    assert answer.url == f"/jobs/{job.pk}/" and job.state == "done", job.message
    return openpyxl.load_workbook(io.BytesIO(b"".join(http.get(f"/jobs/{job.pk}/result/").streaming_content)))


def rows_of(sheet) -> list[dict[str, object]]:
    heads = [cell.value for cell in sheet[1]]
    return [dict(zip(heads, [cell.value for cell in row], strict=True)) for row in sheet.iter_rows(min_row=2)]


def test_the_records_of_a_round_leave_as_a_workbook(field: Field, sign_in, django_capture_on_commit_callbacks) -> None:
    send(field, field.home, extra="<quantity><litres_household_day>120.5</litres_household_day><short_months>3 4</short_months></quantity>"
         "<people><suggestions>打 13800001234 找我，=1+1</suggestions></people><strange>外来</strange>")
    send(field, field.far)
    http = sign_in(field.cast.chen)
    book = exported(http, field.round, django_capture_on_commit_callbacks)
    assert book.sheetnames == ["记录", "题目对照"]
    first, second = rows_of(book["记录"])
    assert (first["状态"], first["所在地"], first["户（工程）编号"], first["户主（工程）名称"], first["填表人"]) == ("已采用", "甲镇 甲一村", "610199101201001", "张三", "王管")
    assert first["现在家里常住几口人？"] == 4 and first["吃的水从哪里来？"] == "山泉水" and first["全家每天大约用多少升水？"] == 120.5 and first["哪几个月缺水？"] == "3、4"
    assert "13800001234" not in str(first) and "=1+1" in first["有什么意见和建议？"] and first["表单以外的内容"] == "/data/strange=外来"
    assert (second["状态"], second["待定原因"]) == ("待裁定", "对象不在填表人的任务范围")
    told = AuditEntry.objects.get(verb="export_round")
    assert (told.actor_id, told.detail["rows"], told.path) == (field.cast.chen.pk, 2, field.round.path)
    assert AuditEntry.objects.filter(verb="download_result").count() == 1


def test_entries_of_repeats_have_a_sheet_of_their_own(field: Field, sign_in, django_capture_on_commit_callbacks) -> None:
    version = publish_shipped(county=field.cast.county, shipped="scheme-check", by=field.cast.chen, at=AT)
    row = round_of(field.cast, version.form, [field.cast.li], [field.cast.village_a1])
    scheme = field.home.supplies.get().scheme
    xml = (f'<data id="scheme_check" version="{version.version}"><pick>{scheme.pk}</pick><problem_count>2</problem_count>'
           "<problem><kind>pipe_burst</kind></problem><problem><kind>frozen_pipe</kind></problem><meta><instanceID>uuid:s</instanceID></meta></data>").encode()
    Collect(f"http://testserver/x/{phone_of(field.cast.li).token}", Client()).post(xml)
    book = exported(sign_in(field.cast.chen), row, django_capture_on_commit_callbacks)
    assert len(book.sheetnames) == 3
    entries = rows_of(book[book.sheetnames[1]])
    assert [(each["序号"], each["户（工程）编号"]) for each in entries] == [("1", "S1"), ("2", "S1")] and len({each["记录"] for each in entries}) == 1
    assert rows_of(book["记录"])[0]["户主（工程）名称"] == "甲镇水厂"


def test_a_record_of_an_unknown_version_is_exported_with_all_that_it_says(field: Field, sign_in, django_capture_on_commit_callbacks) -> None:
    send(field, field.home, version="2020", persons="7")
    (row,) = rows_of(exported(sign_in(field.cast.chen), field.round, django_capture_on_commit_callbacks)["记录"])
    assert "/data/supply/persons=7" in row["表单以外的内容"] and row["表单版本"] == "2020"


def test_questions_of_older_versions_are_not_lost(field: Field, tmp_path) -> None:
    """A question that the newest version no longer asks keeps its column."""
    old = field.version
    plan = old.plan.replace("/data/supply/persons", "/data/supply/people_now")
    FormVersion.objects.create(form=field.form, version="9", title="新", workbook=b"", workbook_name="x", xform="", xform_hash="9", plan=plan, at=AT)
    send(field, field.home, persons="4")
    xml = record(field.neighbour, version="9").replace(b"<persons>4</persons>", b"<people_now>6</people_now>")
    Collect(f"http://testserver/x/{field.phone.token}", Client()).post(xml)
    target = tmp_path / "a.xlsx"
    assert export_round(round=field.round, path=field.round.path, area=field.cast.area(field.cast.chen), target=target, by=field.cast.chen, at=AT, progress=lambda done, total: None) == 2
    rows = rows_of(openpyxl.load_workbook(target)["记录"])
    heads = [f"现在家里常住几口人？（{name}）" for name in ("persons", "people_now")]
    assert [[row[head] for head in heads] for row in rows] == [[4, None], [None, 6]]
    assert Submission.objects.count() == 2


def test_a_town_exports_its_part_of_the_round_of_its_county(field: Field, sign_in, django_capture_on_commit_callbacks) -> None:
    cast = field.cast
    there = household(cast.village_b1, "610199102201001", "赵六")
    round_of(cast, field.form, [cast.zhao], [cast.village_b1])
    send(field, field.home)
    assert Collect(f"http://testserver/x/{phone_of(cast.zhao).token}", Client()).post(record(there)).status_code == 201
    Submission.objects.update(round=field.round)
    assert [each["户主（工程）名称"] for each in rows_of(exported(sign_in(cast.li), field.round, django_capture_on_commit_callbacks)["记录"])] == ["张三"]
    job = Job.objects.get()
    assert job.path == cast.town_a.path and "甲镇" in job.title
    told = AuditEntry.objects.get(verb="export_round")
    assert (told.detail["rows"], told.path) == (1, cast.town_a.path)
    # Of a person with two towns each part is a file of its own; where a round or the rights end, the part ends.
    both = Area.of([(cast.town_a.path, Role.TOWN_STATION), (cast.town_b.path, Role.TOWN_OFFICE), (cast.village_a1.path, Role.VILLAGE_DESK)])
    assert parts_exported(field.round, both) == [cast.town_a.path, cast.town_b.path]
    assert parts_exported(field.round, cast.area(cast.chen)) == [field.round.path]
    assert parts_exported(field.round, cast.area(cast.wang)) == []


def test_nobody_exports_a_round_that_is_not_theirs(field: Field, sign_in) -> None:
    assert sign_in(field.cast.zhao).post(f"/survey/rounds/{field.round.pk}/export/").status_code == 404
    assert sign_in(field.cast.wang).post(f"/survey/rounds/{field.round.pk}/export/").status_code == 403
    assert not Job.objects.exists()
