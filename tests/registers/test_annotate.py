"""The workbook that goes back: the same, with its wrong cells coloured and annotated."""

from __future__ import annotations

import csv
import zipfile

import openpyxl
import pytest
import xlwt
from cast import AT
from opening import clear
from sheets import HOUSEHOLD_HEADERS, person, workbook

from wenqu.households.models import Household, Member
from wenqu.importing import annotate as annotate_module
from wenqu.importing.refusal import TableError
from wenqu.importing.uploads import clean_name
from wenqu.kit.numbers import check_digit
from wenqu.kit.refusal import Refused
from wenqu.registers import actions
from wenqu.registers.queries import annotated_file

pytestmark = pytest.mark.django_db
ROWS = [
    person("H01", 缺水天数="很多"), person("H02", 行政村="没有村", 人均日用水量=-1), person("H03", 自然村="=1+1", 姓名='=HYPERLINK("x")'),
]


def column(header: str) -> str:
    return openpyxl.utils.get_column_letter(HOUSEHOLD_HEADERS.index(header) + 1)


def check_marks(path, first_row: int, title: str) -> None:
    book = openpyxl.load_workbook(path)
    page = book[title]
    wrong = page[f"{column('缺水天数')}{first_row}"]
    assert wrong.value == "很多"
    assert wrong.fill.start_color.rgb[-6:] == "FFC7CE"
    assert wrong.comment.text.startswith("不是数字")
    village = page[f"{column('行政村')}{first_row + 1}"]
    assert "没有这个村" in village.comment.text
    assert "整行未导入" in village.comment.text
    assert page[f"{column('姓名')}{first_row + 1}"].fill.start_color.rgb[-6:] == "FFEB9C", "a refused row is coloured whole"
    assert page[f"{column('户编号')}{first_row}"].value == "H01"
    assert page[f"{column('户编号')}{first_row}"].fill.start_color.rgb[-6:] not in {"FFC7CE", "FFEB9C"}
    listed = [[cell.value for cell in row] for row in book["错误清单"].iter_rows()]
    assert listed[0] == ["工作表", "行", "列", "原值", "原因", "怎么办", "处理结果"]
    assert [title, first_row, f"{column('缺水天数')} 缺水天数", "很多", "不是数字", "只填数字，单位写在表头里，例如 60", "此格按空白处理"] in listed
    assert {row[6] for row in listed[1:]} == {"此格按空白处理", "整行未导入"}


def test_a_small_workbook_is_edited_in_place(check, tmp_path):
    batch = check(workbook(tmp_path / "a.xlsx", ROWS, title="农户信息表", sheet="表一"))
    path = clear(annotated_file(batch))
    check_marks(path, 3, "表一")
    page = openpyxl.load_workbook(path)["表一"]
    assert page["A1"].value == "农户信息表"
    assert [str(area) for area in page.merged_cells.ranges] == [f"A1:{column(HOUSEHOLD_HEADERS[-1])}1"]


def test_a_large_workbook_is_written_anew_as_text(check, tmp_path, monkeypatch):
    monkeypatch.setattr(annotate_module, "SMALL_CELLS", 0)
    batch = check(workbook(tmp_path / "a.xlsx", [*ROWS, person("H04", 自然村="a<b>&\"c ", 姓名="=1+1")], title="农户信息表", sheet="表<一>&"))
    path = clear(annotated_file(batch))
    check_marks(path, 3, "表<一>&")
    page = openpyxl.load_workbook(path)["表<一>&"]
    assert page["A1"].value == "农户信息表"
    assert page[f"{column('自然村')}6"].value == 'a<b>&"c '
    assert page[f"{column('姓名')}6"].data_type in {"s", "inlineStr"}, "text that looks like a formula stays text"
    assert page[f"{column('姓名')}6"].value == "=1+1"


def test_old_workbooks(load, tmp_path):
    book = xlwt.Workbook()
    page = book.add_sheet("表一")
    page.write(0, 0, "农户信息表")
    for row, values in enumerate([HOUSEHOLD_HEADERS, *ROWS], 1):
        for place, value in enumerate(values):
            if value is not None:
                page.write(row, place, value)
    book.save(str(tmp_path / "a.xls"))
    batch = load(tmp_path / "a.xls")
    check_marks(clear(annotated_file(batch)), 3, "表一")
    assert set(Household.objects.values_list("number", flat=True)) == {"H01", "H03"}


def test_text_files(load, tmp_path):
    path = tmp_path / "a.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([HOUSEHOLD_HEADERS, *ROWS])
    batch = load(path)
    book = openpyxl.load_workbook(clear(annotated_file(batch)))
    assert book["Sheet1"][f"{column('缺水天数')}2"].comment.text.startswith("不是数字")
    assert Household.objects.count() == 2


def test_damaged_identity_numbers_are_never_stored(load, tmp_path):
    # With a good check digit by chance: the cell is a number, so its last three digits are lost all the same.
    by_chance = next(n for n in range(610199197001010000, 610199197001990000, 1000) if _good(n))
    load(workbook(tmp_path / "a.xlsx", [person("H01", 证件号码=by_chance), person("H02")]))
    assert not Member.objects.get(household__number="H01").id_number
    assert Member.objects.get(household__number="H02").id_number
    load(workbook(tmp_path / "b.xlsx", [person("H03", 证件号码=str(by_chance))]))
    assert Member.objects.get(household__number="H03").id_number.open() == str(by_chance), "text of which nothing shows that it was damaged"


def _good(number: int) -> bool:
    return check_digit(str(number)) == str(number)[17]


@pytest.mark.parametrize(("content", "code"), [
    (b"", "file_empty"), (b"\x00\x01\x02binary", "file_not_a_table"), (b"PK\x03\x04 broken", "file_broken"), (b"%PDF-1.7\x00", "file_not_a_table"),
])
def test_what_is_no_table_is_refused_by_its_content(receive, tmp_path, content, code):
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(Refused) as refused:
        receive(path)
    assert refused.value.code == code


def test_zip_bombs_and_other_archives(receive, tmp_path, settings):
    for names, code in ((("a.txt",), "file_not_a_table"), (("xl/workbook.xml", "xl/worksheets/sheet1.xml"), "file_bomb")):
        path = tmp_path / "a.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in names:
                archive.writestr(name, b"0" * (40 * 1024**2) if "sheet1" in name else b"x")
        with pytest.raises(Refused) as refused:
            receive(path)
        assert refused.value.code == code
    settings.UPLOAD_LIMIT_BYTES = 10
    with pytest.raises(Refused) as refused:
        receive(path)
    assert refused.value.code == "file_too_large"


def test_hostile_names(receive, tmp_path, cast):
    path = workbook(tmp_path / "a.xlsx", [person("H01")])
    for name, expected in (("../../etc/passwd.xlsx", "passwd.xlsx"), ("C:\\x\\农户\u202egnp.xlsx", "农户gnp.xlsx"), ("<b>.xlsx", "b.xlsx"), ("\x00", "未命名")):
        batch = actions.receive_workbook(kind="households", county=cast.county, file=path, file_name=name, code_system="nbs",
                                         observed_on=AT.date(), by=cast.chen, at=AT)
        assert batch.file_name == expected
    assert len(clean_name("长" * 300 + ".xlsx")) <= 120


def test_a_file_without_known_headers_fails_with_a_reason(receive, tmp_path, cast):
    batch = receive(workbook(tmp_path / "a.xlsx", [[1, 2]], ["甲", "乙"]))
    with pytest.raises((Refused, TableError)):
        actions.check_batch(batch=batch, by=cast.chen, at=AT)
    batch.refresh_from_db()
    assert batch.state == "failed"
    assert "a.xlsx 中没有认识的表头" in batch.message
