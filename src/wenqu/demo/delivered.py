"""Workbooks of the demo's laboratory: one that was taken, and one that waits with cells that cannot be read."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Font

from wenqu.demo import waters
from wenqu.jobs.actions import run_job
from wenqu.quality.models import Delivery, Sample
from wenqu.quality.results.delivering.actions import (
    read_delivery,
    receive_delivery,
    submit_take,
    take_delivery,
)
from wenqu.rulebook.quality.results.naming import item_names

if TYPE_CHECKING:
    from wenqu.demo.tested import Year
_HEAD = 3


def deliver(year: Year, rows: Sequence[Sample], found: Mapping[int, Mapping[str, str]], day: date) -> Delivery:
    """The results of a trip as one workbook: uploaded, tried, taken. Then another one comes that nobody has corrected yet."""
    at = year.morning(day + timedelta(days=5))
    delivery = _received(year, _book(year, rows, found, day), f"{day:%Y年%m月}农村饮水检测结果（演示）.xlsx", at)
    job = submit_take(delivery=delivery, version=delivery.version, **year.who("lab", at))
    delivery.refresh_from_db()
    take_delivery(delivery=delivery, by=year.people["lab"], at=at)
    run_job(job=job, clock=lambda: at)  # finds that it is done
    _received(year, _wrong(year, rows, day), f"{day:%Y年%m月}补充检测（演示）.xlsx", year.morning(day + timedelta(days=5), 4))
    return delivery


def _received(year: Year, book: Workbook, name: str, at: datetime) -> Delivery:
    content = io.BytesIO()
    book.save(content)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "book.xlsx"
        file.write_bytes(content.getvalue())
        delivery = receive_delivery(laboratory=year.laboratory, file=file, file_name=name, **year.who("lab", at))
    return read_delivery(delivery=delivery, by=year.people["lab"], at=at)


def _book(year: Year, rows: Sequence[Sample], found: Mapping[int, Mapping[str, str]], day: date) -> Workbook:
    """A row a sample, an item a column, units in a row of their own, as laboratories write it."""
    items = list(dict.fromkeys(item for row in rows for item in found[row.pk]))
    lines: list[list[object]] = [["样品编号", "采样日期", "监测点", *(item_names()[item][0] for item in items)]]
    lines.append([None, None, None, *(waters.unit_of(item) or None for item in items)])
    lines += [[row.number, day.isoformat(), row.point.name if row.point else "", *(found[row.pk].get(item) for item in items)] for row in rows]
    return _written(_begun(year, day), lines)


def _wrong(year: Year, rows: Sequence[Sample], day: date) -> Workbook:
    """A number that nobody knows, a reading that is none, a result that stands already."""
    lines: list[list[object]] = [["样品编号", "采样日期", "监测点", "铊", "菌落总数"], [None, None, None, "mg/L", "CFU/mL"]]
    lines += [[row.number, day.isoformat(), row.point.name if row.point else "", "<0.00001", text] for row, text in zip(rows, (None, "多不可计", None), strict=False)]
    lines.append([f"{day:%Y%m}-9999-9", day.isoformat(), "编号写错的样品", "<0.00001", "12"])
    return _written(_begun(year, day), lines)


def _begun(year: Year, day: date) -> Workbook:
    book = Workbook()
    sheet = book.active
    sheet.title = "检测结果"
    sheet.append([f"{year.division.name}农村饮用水水质检测结果（演示）"])
    sheet.append([f"检测机构：{year.laboratory.name}　采样日期：{day.isoformat()}"])
    sheet["A1"].font = Font(bold=True, size=14)
    return book


def _written(book: Workbook, lines: Sequence[Sequence[object]]) -> Workbook:
    for line in lines:
        book.active.append(list(line))
    for cell in book.active[_HEAD]:
        cell.font = Font(bold=True)
        book.active.column_dimensions[cell.column_letter].width = 16
    return book
