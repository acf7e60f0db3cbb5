"""Which columns two books share, what their key is, and what of them could not be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wenqu.books.table.ledgers import LEDGERS, PERSONAL_HEADERS, Ledger
from wenqu.books.table.reading import Side, add_columns, headers_once, open_side
from wenqu.importing.columns import PERSONAL, Column
from wenqu.importing.headers import Matcher, normal, single
from wenqu.importing.mapping import Mapping, load_mapping
from wenqu.importing.refusal import TableError
from wenqu.kit.masking import identity


def open_both(
    con: Any, ours: Path, theirs: Path, folder: Path, ledger: str | None, key: Sequence[str], map_ours: Path | None, map_theirs: Path | None,
    progress: Callable[[str], None],
) -> tuple[Side, Side, tuple[str, ...]]:
    """Two files as the sides of a comparison, and the names of their key columns.

    Columns of the ledger are known under all their headers; any other header has to be the same in both files.
    """
    known = LEDGERS[ledger] if ledger else None
    columns, names = key_columns(known, key)
    maps = [load_mapping(path, columns) if path else None for path in (map_ours, map_theirs)]
    sides = [open_side(con, name, path, folder, columns, mapping, progress)
             for name, path, mapping in (("ours", ours, maps[0]), ("theirs", theirs, maps[1]))]
    for side, path in zip(sides, (ours, theirs), strict=True):
        missing = [side.column(name).zh for name in names if name not in side.present]
        if missing:
            raise TableError("no_key", f"{path.name} 中没有关键列“{'、'.join(missing)}”；有：{'、'.join([side.column(n).zh for n in side.present] + side.unplaced)}")
    shared = [headers_once(side) for side in sides]
    extra = [Column(f"x{number}", text, kind=PERSONAL_HEADERS.get(name, "text"))
             for number, (name, text) in enumerate(shared[0].items()) if name in shared[1]]
    if extra:
        sides = [add_columns(side, extra) for side in sides]
    return sides[0], sides[1], names


def key_columns(ledger: Ledger | None, key: Sequence[str]) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """The columns to look for, and the names of those that make the key: headers of the ledger, or others."""
    known = ledger.columns if ledger else ()
    if not key:
        assert ledger is not None
        return known, ledger.key
    matcher = Matcher(known, Mapping())
    columns, names = list(known), []
    for text in key:
        if not normal(text):
            raise TableError("no_key", "关键列的表头不能是空的")
        found = matcher.candidates(single([text])[0])
        if found:
            names.append(found[0][0])
        else:
            columns.append(Column(f"k{len(columns)}", text.strip(), kind=PERSONAL_HEADERS.get(normal(text), "text")))
            names.append(columns[-1].name)
    return tuple(columns), tuple(dict.fromkeys(names))


def shared_columns(ours: Side, theirs: Side, key: Sequence[str]) -> tuple[str, ...]:
    """Names of the columns that both books have, the key left out."""
    there = set(theirs.present)
    return tuple(name for name in ours.present if name in there and name not in key)


def choose(ours: Side, theirs: Side, key: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The columns to compare, and the one that tells the town; refuses where there is nothing to compare."""
    compared = shared_columns(ours, theirs, key)
    if not compared:
        raise TableError("nothing_shared", "两本台账除关键列外没有相同的列，无法比对。请核对表头，或用映射文件指定各列。")
    # A place is a byte of the result.
    if len(compared) > 255:
        raise TableError("too_many_columns", f"两本台账有 {len(compared)} 个相同的列，最多能比对 255 列，请删去不需要的列")
    town = next((side.column(name).name for side in (ours, theirs) for name in side.present
                 if name == "town" or normal(side.column(name).zh) in {"乡镇", "镇", "乡", "乡镇(街道)", "镇街"}), "")
    return compared, town


@dataclass(frozen=True)
class Unreadable:
    """One cell that could not be read, by its place."""

    sheet: str
    row: int
    letter: str
    header: str
    raw: str
    message: str

    @property
    def sentence(self) -> str:
        place = f"{self.sheet} 第 {self.row} 行" if self.sheet else f"第 {self.row} 行"
        return f"{place} {self.letter} {self.header}“{self.raw}”：{self.message}"


def unreadable(con: Any, side: Side, most: int) -> tuple[int, list[Unreadable]]:
    """How many cells could not be read (they are compared as written), and the first of them; numbers of persons masked."""
    assert side.coerced is not None
    errors = side.coerced.errors
    personal = {column.name for column in side.columns if column.kind in PERSONAL}
    number = con.execute(f"SELECT count(*) FROM {errors}").fetchone()[0]
    rows = con.execute(f"SELECT sheet, row, letter, header, raw, message, column_name FROM {errors} ORDER BY sheet_no, row, column_no, code LIMIT {most}").fetchall()
    return number, [Unreadable(sheet, row, letter, header, identity(raw or "") if name in personal else raw or "", message)
                    for sheet, row, letter, header, raw, message, name in rows]
