"""The result workbook: a cover, and one sheet (more where one is full) for each class of rows.

Every cell is written as text, so nothing in it is ever a formula, and what comes back can be held letter by letter
against what was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from wenqu.books.table.comparing import CLASS_NAMES
from wenqu.kit.sheet_text import clean, lines_of
from wenqu.kit.workbooks import new_workbook

MOST_ROWS = 1_048_576
HEADER_ROWS = 2
COVER = "封面"
RULING = ("裁定", "裁定理由", "裁定人", "裁定时间")
OPINION, REMARK, CODE = "对方意见", "对方说明", "校验码"
AGREE, DISAGREE = "同意", "不同意"
NUMBER, KEY, TOWN, OURS_AT, THEIRS_AT, SIDE, AT, WHAT = "行号", "关键列", "乡镇", "我方位置", "对方位置", "哪一方", "位置", "不一致之处"
_WIDTHS = {NUMBER: 8, KEY: 22, TOWN: 12, OURS_AT: 16, THEIRS_AT: 16, SIDE: 8, AT: 18, WHAT: 36, "裁定": 14, "裁定理由": 22, "裁定人": 10,
           "裁定时间": 16, OPINION: 10, REMARK: 24, CODE: 18}
# (place of the column, text of the cell) -> the text as this reader is shown it
Mask = Callable[[int, str], str]


def as_it_is(_place: int, text: str) -> str:
    """The mask of whoever may see everything: the owner of both files."""
    return text


@dataclass(frozen=True)
class Layout:
    """The columns of the sheets: `titles` of the compared columns, and whether the sheet is for the other side to answer."""

    titles: tuple[str, ...]
    answered: bool
    key: str = KEY

    def locked(self, kind: str) -> list[tuple[str, str]]:
        """(group, header) of the cells that nobody may change, for a class of rows."""
        first = [("", NUMBER), ("", KEY), ("", TOWN)]
        if kind == "differs":
            first += [("", OURS_AT), ("", THEIRS_AT), ("", WHAT)]
            first += [(title, side) for title in self.titles for side in ("我方", "对方")]
        else:
            first += [("", SIDE), ("", AT), *(("", title) for title in self.titles)]
        return first if kind == "matched" else [*first, *(("", title) for title in RULING)]

    def free(self, kind: str) -> list[str]:
        """Headers of the cells that the other side fills in, and the code that follows them."""
        return [OPINION, REMARK, CODE] if self.answered and kind != "matched" else []

    def cells(self, row: Mapping[str, Any], mask: Mask, ruling: Sequence[str] = ("", "", "", "")) -> list[str]:
        """The locked cells of a row, in the order of `locked`."""
        number = str(row["n"])
        if row["class"] == "differs":
            pairs = [text for place in range(len(self.titles)) for text in (mask(place, row["ow"][place]), mask(place, row["tw"][place]))]
            return [_same(text) for text in (number, row["key"], row["town"], row["o_at"], row["t_at"], self.what(row, mask), *pairs, *ruling)]
        mine = row["o_at"] is not None
        both = row["class"] == "matched"
        values = row["o"] if both else row["ow"] if mine else row["tw"]
        side = "双方" if both else "我方" if mine else "对方"
        at = " / ".join((row["o_at"], row["t_at"])) if both else row["o_at"] if mine else row["t_at"]
        cells = [number, row["key"], row["town"], side, at, *(mask(place, text) for place, text in enumerate(values))]
        return [_same(text) for text in (cells if both else [*cells, *ruling])]

    def what(self, row: Mapping[str, Any], mask: Mask) -> str:
        """«人数：3 → 4；是否入户：是 → （空）»: the differing cells in their normal forms."""
        told = []
        for place in row["diff"]:
            ours, theirs = (mask(place, row[side][place]) or "（空）" for side in ("o", "t"))
            told.append(f"{self.titles[place]}：{ours} → {theirs}" + ("（遮盖部分不同）" if ours == theirs else ""))
        return "；".join(told)


# What programs add or take away at the ends of a cell when they save it.
ENDS = " \t\n\r"


def plain(text: str) -> str:
    """A text as it comes back from any program that saved the workbook."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip(ENDS)


def _same(text: str | None) -> str:
    return plain(clean(text or ""))


class ResultBook:
    """The workbook under construction. It stands under its own name only once it is complete."""

    def __init__(self, target: Path, layout: Layout, folder: Path) -> None:
        self.layout = layout
        self.whole = new_workbook(target, half_in=folder)
        self.book = self.whole.__enter__()
        form = self.book.add_format
        plain = {"font_name": "仿宋", "font_size": 10, "border": 1, "valign": "vcenter", "num_format": "@"}
        self.title = form({"font_name": "宋体", "font_size": 18, "bold": True, "valign": "vcenter"})
        self.head = form({"font_name": "宋体", "font_size": 10, "bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True, "bg_color": "#E7EEF4"})
        self.plain = form(plain)
        self.wrapped = form({**plain, "text_wrap": True})
        self.marked = form({**plain, "bg_color": "#FCE4D6"})
        self.open = form({**plain, "bg_color": "#FFFBE6", "locked": False, "text_wrap": True})
        self.cover: Any = self.book.add_worksheet(COVER)
        self.sheets: dict[str, list[Any]] = {}
        self.row = 0

    def __enter__(self) -> ResultBook:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Complete: rename into place. Broken off: leave nothing behind."""
        self.whole.__exit__(kind, error, trace)

    def write_cover(self, title: str, lines: Sequence[tuple[str, str]], free: frozenset[str] = frozenset()) -> None:
        """The cover: a title and pairs of name and text; those of the names in `free` are for the other side to fill in."""
        sheet = self.cover
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 1, 88)
        sheet.set_row(0, 34)
        sheet.write_string(0, 0, clean(title), self.title)
        for row, (name, text) in enumerate(lines, 1):
            sheet.set_row(row, min(400, 15 * lines_of(text, 87) + 2))
            sheet.write_string(row, 0, clean(name), self.head)
            sheet.write_string(row, 1, clean(text), self.open if name in free else self.wrapped)
        sheet.fit_to_pages(1, 0)
        sheet.set_landscape()
        if self.layout.answered:
            sheet.protect()

    def add(self, kind: str, cells: Sequence[str], diff: Sequence[int] = (), code: str = "", answer: tuple[str, str] = ("", "")) -> None:
        """Append a row of a class; rows of one class come together."""
        if kind not in self.sheets or self.row >= MOST_ROWS:
            self._next_sheet(kind)
        sheet, row = self.sheets[kind][-1], self.row
        first = len(self.layout.locked("differs")) - len(RULING) - 2 * len(self.layout.titles)
        marked = {first + 2 * place + side for place in diff for side in (0, 1)} if kind == "differs" else frozenset()
        write = sheet.write_string
        for place, text in enumerate(cells):
            write(row, place, text, self.marked if place in marked else self.plain)
        if self.layout.answered and kind != "matched":
            at = len(cells)
            write(row, at, answer[0], self.open)
            write(row, at + 1, answer[1], self.open)
            write(row, at + 2, code, self.plain)
        self.row += 1

    def _next_sheet(self, kind: str) -> None:
        number = len(self.sheets.setdefault(kind, [])) + 1
        name = CLASS_NAMES[kind] + (str(number) if number > 1 else "")
        sheet: Any = self.book.add_worksheet(name)
        self.sheets[kind].append(sheet)
        locked = self.layout.locked(kind)
        headers = [*locked, *(("", each) for each in self.layout.free(kind))]
        for place, (group, header) in enumerate(headers):
            sheet.set_column(place, place, _WIDTHS.get(header, 12))
            sheet.write_string(0, place, clean(group or self._title(header)), self.head)
        for place, (group, header) in enumerate(headers):
            sheet.write_string(1, place, clean(header) if group else "", self.head)
            if not group:
                sheet.merge.append([0, place, 1, place])
            elif header == "我方":
                sheet.merge.append([0, place, 0, place + 1])
        sheet.freeze_panes(HEADER_ROWS, 2)
        sheet.set_landscape()
        sheet.set_paper(8)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, 1)
        if self.layout.free(kind):
            opinion = len(locked)
            sheet.data_validation(HEADER_ROWS, opinion, MOST_ROWS - 1, opinion, {
                "validate": "list", "source": [AGREE, DISAGREE], "error_title": "对方意见", "error_message": "请填“同意”或“不同意”"})
            sheet.protect("", {"format_columns": True, "format_rows": True})
        self.row = HEADER_ROWS

    def _title(self, header: str) -> str:
        return f"{KEY}（{self.layout.key}）" if header == KEY and self.layout.key != KEY else header
