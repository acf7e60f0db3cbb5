"""What a new version of a form asks otherwise is told before it is published, and which of that changes what goes into the register."""

from __future__ import annotations

import base64
import io
import re

import openpyxl
import pytest
from cast import Cast

from survey.field import Field, make_field
from wenqu.forms.compiling import compile_form
from wenqu.survey.designing.checking import shipped_workbook
from wenqu.survey.designing.differences import Compared, compared
from wenqu.survey.models import FormVersion


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast)


def book_with(change, version: str = "2027010101") -> bytes:
    """The shipped household check as a county edits it: `change(survey rows by name, workbook)`."""
    book = openpyxl.load_workbook(io.BytesIO(shipped_workbook("household-check")))
    heads = {cell.value: cell.column for cell in book["settings"][1]}
    book["settings"].cell(2, heads["version"]).value = version
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def row_of(sheet, name: str, heads: dict[str, int], column: str = "name") -> int:
    return next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, heads[column]).value == name)


def heads_of(sheet) -> dict[str, int]:
    return {str(cell.value).partition("::")[0]: cell.column for cell in reversed(sheet[1]) if cell.value}


def many_changes(book) -> None:
    sheet, choices = book["survey"], book["choices"]
    heads, choice_heads = heads_of(sheet), heads_of(choices)
    sheet.cell(row_of(sheet, "short_days", heads), heads["type"]).value = "decimal"
    sheet.cell(row_of(sheet, "suggestions", heads), heads["label"]).value = "您还想说什么？"
    sheet.delete_rows(row_of(sheet, "price_head", heads))
    at = row_of(sheet, "card", heads)
    sheet.insert_rows(at)
    for head, value in (("type", "integer"), ("name", "storage_days"), ("label", "家里存的水够用几天？")):
        sheet.cell(at, heads[head]).value = value
    row = next(row for row in range(2, choices.max_row + 1) if choices.cell(row, choice_heads["name"]).value == "spring")
    choices.cell(row, choice_heads["name"]).value = "mountain_spring"


def differing(change) -> Compared:
    return compared(compile_form(book_with(change)).plan, compile_form(shipped_workbook("household-check")).plan)


def test_every_kind_of_change_is_told_those_of_facts_first() -> None:
    told = differing(many_changes)
    lines = {(each.name, each.what): (each.told, each.fact) for each in told.changes}
    assert lines[("short_days", "改了题型")] == ("整数 → 小数", True) and told.changes[0].name == "short_days"
    assert lines[("storage_days", "新增")] == ("整数", False) and lines[("price_head", "删去")] == ("小数", False)
    assert lines[("suggestions", "改了题目文字")] == ("原为：有什么意见和建议？", False)
    assert lines[("source", "改了选项")] == ("新增 山泉水（mountain_spring）；删去 山泉水（spring）", False)
    assert {"litres_per_person_day", "piped", "short_days", "round_trip_min", "sensory_ok"} <= {name for _label, name in told.facts}


def test_a_question_that_only_moves_is_no_change() -> None:
    def move(book) -> None:
        sheet = book["survey"]
        heads = heads_of(sheet)
        at, before = row_of(sheet, "card", heads), row_of(sheet, "satisfaction", heads)
        for column in range(1, sheet.max_column + 1):
            one, other = sheet.cell(at, column), sheet.cell(before, column)
            one.value, other.value = other.value, one.value

    assert differing(move).changes == [] and differing(lambda book: None).changes == []


def test_a_fact_that_is_no_longer_asked_is_pointed_out() -> None:
    def rename(book) -> None:
        sheet = book["survey"]
        heads = heads_of(sheet)
        sheet.cell(row_of(sheet, "longest_short_spell_days", heads), heads["name"]).value = "spell"

    told = {(each.name, each.what): each.fact for each in differing(rename).changes}
    assert told == {("longest_short_spell_days", "删去"): True, ("spell", "新增"): False}


def test_a_workbook_is_checked_then_published_without_being_chosen_again(field: Field, sign_in) -> None:
    http, content = sign_in(field.cast.chen), book_with(many_changes)
    file = io.BytesIO(content)
    file.name = "四项指标.xlsx"
    page = http.post("/survey/forms/upload/", {"county": field.cast.county.pk, "file": file, "step": "check"}).content.decode()
    assert "检查通过，还没有发布" in page and "整数 → 小数" in page and "是，答案记入台账" in page and FormVersion.objects.count() == 1
    held = re.search(r'name="workbook" value="([^"]+)"', page)
    assert held and base64.b64decode(held[1]) == content
    answer = http.post("/survey/forms/upload/", {"county": field.cast.county.pk, "name": "四项指标.xlsx", "workbook": held[1], "step": "publish"})
    version = FormVersion.objects.get(version="2027010101")
    assert answer.url == f"/survey/forms/{field.form.pk}/" and bytes(version.workbook) == content and version.workbook_name == "四项指标.xlsx"
    assert "家里存的水够用几天？" in http.get(answer.url).content.decode()


def test_a_version_that_is_taken_is_told_before_anything_is_published(field: Field, sign_in) -> None:
    file = io.BytesIO(book_with(lambda book: None, field.version.version))
    file.name = "a.xlsx"
    page = sign_in(field.cast.chen).post("/survey/forms/upload/", {"county": field.cast.county.pk, "file": file, "step": "check"}).content.decode()
    assert "这个版本号已经发布过" in page and "确认发布" not in page


@pytest.mark.parametrize("held", ["not base64 %", base64.b64encode(b"no workbook").decode()])
def test_what_comes_back_with_the_page_is_believed_in_nothing(field: Field, sign_in, held: str) -> None:
    answer = sign_in(field.cast.chen).post("/survey/forms/upload/", {"county": field.cast.county.pk, "workbook": held, "name": "x.xlsx", "step": "publish"})
    assert answer.status_code == 422 and FormVersion.objects.count() == 1


def test_the_first_version_says_what_goes_into_the_register(cast: Cast, sign_in) -> None:
    file = io.BytesIO(shipped_workbook("household-check"))
    file.name = "a.xlsx"
    page = sign_in(cast.chen).post("/survey/forms/upload/", {"county": cast.county.pk, "file": file, "step": "check"}).content.decode()
    assert "这是本县的新表单" in page and "<code>litres_per_person_day</code>" in page and "人均日用水量" in page
    assert not FormVersion.objects.exists()


def test_what_is_not_what_the_page_gave_is_asked_for_again(field: Field, sign_in) -> None:
    for held in ("说明文字", "###", "YQ=", "YQ"):
        answer = sign_in(field.cast.chen).post("/survey/forms/upload/", {"county": field.cast.county.pk, "workbook": held, "name": "x.xlsx", "step": "publish"})
        assert answer.status_code == 422 and field.form.versions.count() == 1, held
