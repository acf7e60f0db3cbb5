"""A county with households, and the other side's workbook about them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from cast import AT, Cast
from opening import clear
from openpyxl import Workbook, load_workbook
from stages import facts, household, scheme, supply

from wenqu.books import actions, issuing
from wenqu.books.models import Comparison, Issue, Return
from wenqu.households.models import Household
from wenqu.jobs.actions import run_job
from wenqu.places.models import Account, Division

HEADERS = ("镇", "村", "户号", "户主", "身份证号", "电话", "家庭人口", "是否入户")
PHONE, IDENTITY = "13800001234", "11010519491231002X"


def homes(cast: Cast) -> list[Household]:
    """Six households: three in town A, three in town B."""
    plant = scheme(cast.county, "G1", "共用水厂")
    out = []
    for n in range(6):
        home = household(cast.village_a1 if n < 3 else cast.village_b1, f"H{n + 1}", f"张{n + 1}")
        supply(home, plant)
        facts(home, piped="yes")
        out.append(home)
    return out


def their_rows() -> list[list[Any]]:
    """As our six, written otherwise; H2 has four people, H3 is missing, H4 stands twice, one has no key, H9 is only theirs."""
    rows = [["甲镇" if n < 3 else "乙镇", "甲一村" if n < 3 else "乙一村", f" ｈ{n + 1}", f"张　{n + 1}", IDENTITY, PHONE, "３", "√"] for n in range(6)]
    rows[1][6] = "4"
    rows[4][4] = "110105194912310000"
    return [rows[0], rows[1], rows[3], rows[3], rows[4], rows[5], ["乙镇", "乙一村", "", "无号", "", "", 1, "否"],
            ["乙镇", "乙二村", "H9", "=HYPERLINK(\"http://x\")", "", "", 2, "否"]]


def workbook(path: Path, rows: list[list[Any]] | None = None, headers: tuple[str, ...] = HEADERS) -> Path:
    book = Workbook()
    book.active.append(["对方农户供水台账"])
    book.active.append(list(headers))
    for number, row in enumerate(rows if rows is not None else their_rows(), 3):
        for place, value in enumerate(row, 1):
            cell = book.active.cell(number, place, value)
            if isinstance(value, str):
                cell.data_type = "s"
    book.save(path)
    return path


def received(division: Division, path: Path, by: Account, kind: str = "households", **more: Any) -> Comparison:
    return actions.receive_book(kind=kind, division=division, other="某镇政府", file=path, file_name=path.name, by=by, at=AT, **more)


def compared(division: Division, path: Path, by: Account, kind: str = "households", columns: tuple[str, ...] = (), key: tuple[str, ...] = ("number",)) -> Comparison:
    comparison = received(division, path, by, kind)
    actions.look_into(comparison=comparison, by=by, at=AT)
    return actions.compare_books(comparison=comparison, key=key, columns=columns, by=by, at=AT)


def issued(comparison: Comparison, by: Account, **more: Any) -> Issue:
    issue = actions.submit_issue(comparison=comparison, every_row=more.pop("every_row", False), by=by, at=AT)
    run(comparison)
    issue.refresh_from_db()
    return issue


def run(comparison: Comparison) -> None:
    """Run the job of a comparison: inside a test's transaction nothing is ever committed, so nothing starts by itself."""
    comparison.refresh_from_db()
    assert comparison.job is not None
    run_job(job=comparison.job, clock=lambda: AT)
    comparison.refresh_from_db()


def answered(issue: Issue, target: Path, answer: str | dict[str, str] = "同意", person: str = "对方李", change: Any = None) -> Path:
    """The issued workbook filled in and saved by another program; `change(book)` alters it further."""
    book = load_workbook(io.BytesIO(clear(issuing.workbook_file(issue)).read()))
    for row in book["封面"].iter_rows():
        if str(row[0].value).startswith("对方经办人"):
            row[1].value = person
    for sheet in book:
        if sheet.title == "封面":
            continue
        headers = [cell.value for cell in sheet[1]]
        if "对方意见" not in headers:
            continue
        place = headers.index("对方意见")
        for row in sheet.iter_rows(min_row=3):
            told = answer if isinstance(answer, str) else answer.get(str(row[0].value), "")
            row[place].value = told or None
            if told == "不同意":
                row[place + 1].value = "我们的数是对的"
    if change is not None:
        change(book)
    book.save(target)
    return target


def returned(comparison: Comparison, path: Path, by: Account) -> Return:
    row, _fresh = actions.receive_return(comparison=comparison, file=path, file_name=path.name, by=by, at=AT)
    run(comparison)
    row.refresh_from_db()
    return row
