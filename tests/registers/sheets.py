"""Workbooks as they arrive, made for the tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl

HOUSEHOLD_HEADERS = [
    "县(市、区、旗)", "乡(镇)", "行政村", "自然村", "户编号", "人编号", "姓名", "证件号码", "人数", "与户主关系", "民族", "务工时间（月）",
    "人均纯收入", "户联系电话", "户类型", "监测对象类型", "是否解决安全饮用水", "所属工程编号", "人均日用水量", "缺水天数", "是否入户",
]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(serial: int, birth: str = "19700101") -> str:
    body = f"610199{birth}{serial:03d}"
    return body + "10X98765432"[sum(w * int(d) for w, d in zip(WEIGHTS, body, strict=True)) % 11]


def person(number: str, member: int = 1, **changed: Any) -> list[Any]:
    """One row of the household sheet; keywords are headers."""
    row: dict[str, Any] = {
        "县(市、区、旗)": "清泉县", "乡(镇)": "甲镇", "行政村": "甲一村", "自然村": "东组", "户编号": number, "人编号": f"{number}{member:02d}",
        "姓名": f"张{member}", "证件号码": id_number(int(number[-2:]) * 10 + member), "人数": 2, "与户主关系": "户主" if member == 1 else "配偶",
        "民族": "汉族", "务工时间（月）": 6, "人均纯收入": 12000.5, "户联系电话": "13800001234", "户类型": "一般户", "监测对象类型": None,
        "是否解决安全饮用水": "是", "所属工程编号": None, "人均日用水量": 60, "缺水天数": 3, "是否入户": "是",
    }
    row.update(changed)
    return [row[header] for header in HOUSEHOLD_HEADERS]


def workbook(path: Path, rows: list[list[Any]], headers: list[Any] | None = None, title: str = "", sheet: str = "Sheet1") -> Path:
    """A plain workbook: optional title row, header row, data rows."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    if title:
        page.append([title])
        page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(headers or HOUSEHOLD_HEADERS))
    page.append(headers or HOUSEHOLD_HEADERS)
    for row in rows:
        page.append(row)
        for cell in page[page.max_row]:
            if isinstance(cell.value, str):
                # Text that looks like a formula is text, as people type it.
                cell.data_type = "s"
    book.save(path)
    return path
