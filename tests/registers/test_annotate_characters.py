"""Characters that no workbook can hold do not spoil the annotated one."""

from __future__ import annotations

import openpyxl
import pytest
from opening import clear
from sheets import HOUSEHOLD_HEADERS, person

from wenqu.registers.queries import annotated_file

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("odd", ["\ufffe", "\uffff", "\x01"])
def test_the_annotated_workbook_opens_whatever_stood_in_a_cell(check, tmp_path, odd):
    rows = [HOUSEHOLD_HEADERS, person("H01", 缺水天数=f"三{odd}天"), person("H02", 姓名=f"张{odd}山")]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows), encoding="utf-8")
    batch = check(path)
    assert batch.counts["cells"] == 1
    book = openpyxl.load_workbook(clear(annotated_file(batch)))
    assert book.worksheets[0].cell(3, 7).value == "张山"
    assert book["错误清单"].cell(2, 4).value == "三天"
