"""The answers to a department's list as a workbook: every row of the list, answered or not, in its order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from wenqu.households.asking.lists import Row
from wenqu.households.asking.queries import PLACE, Answer
from wenqu.kit.figures import labels_of
from wenqu.kit.sheet_text import clean
from wenqu.kit.workbooks import new_workbook


def write_answers(target: Path, rows: Sequence[Row], answered: Mapping[str, Sequence[Answer]]) -> int:
    """Write whole or not at all. Who is not registered and who did not consent read alike. Returns how many rows were answered."""
    heads = [_("原表行号"), _("证件号码"), _("答复"), _("姓名"), _("户编号"), _("所在地"), _("户类型"), *labels_of(PLACE)]
    none, unreadable = _("无授权或不在册"), _("证件号码有误，请核对")
    count = 0
    with new_workbook(target) as book:
        sheet = book.add_worksheet(_("核查结果"))
        bold = book.add_format({"bold": True, "bg_color": "#E7EEF4", "border": 1})
        sheet.freeze_panes(1, 0)
        for place, width in enumerate((10, 22, 16, 12, 22, 24, 16, 22)):
            sheet.set_column(place, place, width)
        for place, head in enumerate(heads):
            sheet.write_string(0, place, clean(head), bold)
        line = 1
        for row in rows:
            found = [answer for each in row.digests for answer in answered.get(each, ())]
            count += bool(found)
            for cells in [_told(answer) for answer in found] or [[none if row.digests else unreadable]]:
                sheet.write_number(line, 0, row.row)
                for place, text in enumerate([row.masked, *cells], start=1):
                    sheet.write_string(line, place, clean(text))
                line += 1
    return count


def _told(answer: Answer) -> list[str]:
    return [_("已授权"), answer.name, answer.number, answer.place, answer.kind, *(text for _label, text in answer.figures)]
