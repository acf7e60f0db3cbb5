"""Households outside the register as a table, with the columns by which the import of households knows its own."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from wenqu.kit.crypto.workplace import work_folder
from wenqu.kit.sheet_text import clean
from wenqu.kit.workbooks import new_workbook
from wenqu.survey.outside.queries import Outside

# As the import knows them (`registers.catalogues`); a number is the county's to give, so its column is empty. What follows is for people.
HEADS = ("区划代码", "县", "乡镇", "村", "自然村", "户编号", "户主姓名", "人数")


def rows_of(found: Iterable[Outside]) -> Iterator[list[str]]:
    """The header and one row each."""
    yield [*HEADS, _("不在台账的原因"), _("取水方式"), _("登记人"), _("登记日期"), _("调查记录")]
    for each in found:
        record = each.record
        day = record.filled_at or record.received_at
        yield [
            each.code, *each.places, each.group, "", each.head, each.people, each.why, each.mode, record.account.name, f"{day:%Y-%m-%d}", f"#{record.pk}"]


def as_csv(found: Iterable[Outside]) -> bytes:
    """With the mark by which Excel knows UTF-8; no cell begins as a formula does."""
    out = io.StringIO()
    csv.writer(out).writerows([f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t"} else cell for cell in row] for row in rows_of(found))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_workbook(found: Iterable[Outside]) -> bytes:
    """One sheet, every cell a text: codes keep their zeros."""
    with work_folder() as folder:
        target = folder / "outside.xlsx"
        with new_workbook(target) as book:
            sheet, bold = book.add_worksheet(_("台账外农户")), book.add_format({"bold": True})
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, 12, 16)
            for line, row in enumerate(rows_of(found)):
                for place, cell in enumerate(row):
                    sheet.write_string(line, place, clean(cell), bold if line == 0 else None)
        return target.read_bytes()
