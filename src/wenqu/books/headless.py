"""``wenqu books compare``: compare two tables cell by cell, without a database and without the web framework.

Exit status: 0 the books agree; 2 they do not, or cells could not be read; 1 nothing was compared.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wenqu.importing.refusal import TableError
from wenqu.kit.digests import sha256_of

if TYPE_CHECKING:
    from wenqu.books.table.comparing import Counts
    from wenqu.books.table.reading import Side

_NOTED = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("what", choices=("compare",), metavar="compare", help="比对两本台账")
    parser.add_argument("ours", type=Path, metavar="OURS", help="我方台账：.xlsx、.xls、.csv 或 .parquet")
    parser.add_argument("theirs", type=Path, metavar="THEIRS", help="对方台账，格式不必相同")
    parser.add_argument("--key", action="append", default=[], metavar="HEADER", help="关键列的表头，可写多次（合起来唯一）；指定了 --ledger 时可省略")
    parser.add_argument("--ledger", choices=("households", "schemes", "problems"), metavar="KIND",
                        help="台账种类，用于识别不同写法的表头：households 农户用水、schemes 供水工程、problems 问题；不写则按相同的表头比对")
    parser.add_argument("-o", "--out", required=True, type=Path, metavar="RESULT.xlsx", help="结果工作簿")
    parser.add_argument("--map-ours", type=Path, metavar="MAP.toml", help="我方台账的映射文件")
    parser.add_argument("--map-theirs", type=Path, metavar="MAP.toml", help="对方台账的映射文件")
    parser.add_argument("--ignore-blanks", action="store_true", help="一方空白的格不算不一致")
    parser.add_argument("--all-rows", action="store_true", help="结果中也列出一致的行")


def run(args: argparse.Namespace) -> int:
    """Run the command and give its exit status."""
    import duckdb  # noqa: PLC0415  (help and wrong use should not wait for the engine)

    try:
        if args.out.suffix.lower() != ".xlsx":
            raise TableError("bad_output", f"结果文件要以 .xlsx 结尾：{args.out}")
        if not args.key and not args.ledger:
            raise TableError("no_key", "请用 --key 写明关键列的表头（例如 --key 户编号），或用 --ledger 指定台账种类")
        if not args.out.resolve().parent.is_dir():
            raise TableError("no_output", f"没有目录 {args.out.resolve().parent}，请先建立")
        with tempfile.TemporaryDirectory(prefix=".wenqu-books-", dir=args.out.resolve().parent) as place:
            differs = _compare(args, Path(place))
    except TableError as error:
        return _fail(error.message.replace("（--map）", "（--map-ours、--map-theirs）"))
    except duckdb.Error as error:
        return _fail(f"处理失败：{str(error).splitlines()[0]}")
    except MemoryError:
        return _fail("内存不够，请减少数据或换一台内存更大的电脑")
    except OSError as error:
        return _fail(f"读写文件失败：{error.filename or ''} {error.strerror or error}")
    return 2 if differs else 0


def _compare(args: argparse.Namespace, folder: Path) -> bool:
    from wenqu.books.table import comparing, reading  # noqa: PLC0415
    from wenqu.books.table.choosing import choose, open_both  # noqa: PLC0415
    from wenqu.books.table.engine import connect  # noqa: PLC0415

    with closing(connect(folder)) as con:
        ours, theirs, key = open_both(con, args.ours, args.theirs, folder, args.ledger, args.key, args.map_ours, args.map_theirs, _step)
        compared, town = choose(ours, theirs, key)
        _step("核对单元格")
        for side in (ours, theirs):
            reading.coerce_side(side)
            reading.settle(side, key, compared, town)
        _step("比对")
        comparing.compare(con, ours.source, theirs.source, len(compared), blanks=not args.ignore_blanks)
        titles = [ours.column(name).zh for name in compared]
        counts = comparing.count(con, titles)
        classes = comparing.CLASSES if args.all_rows else comparing.OPEN
        comparing.write_rows(ours, theirs, compared, folder / "rows.parquet", classes=classes)
        _step("写出结果")
        unreadable = [_unreadable(con, side) for side in (ours, theirs)]
        _write(args, folder, ours, theirs, key, titles, counts, unreadable)
    for line in _told(ours, theirs, key, titles, counts, unreadable, args.out):
        print(line)
    return bool(counts.open or any(number for number, _lines in unreadable))


def _write(args: argparse.Namespace, folder: Path, ours: Side, theirs: Side, key: Sequence[str], titles: Sequence[str],
           counts: Counts, unreadable: Sequence[tuple[int, list[str]]]) -> None:
    import pyarrow.parquet as pq  # noqa: PLC0415

    from wenqu.books.table.sheets import Layout, ResultBook, as_it_is  # noqa: PLC0415

    layout = Layout(tuple(titles), answered=False, key="、".join(ours.column(name).zh for name in key))
    with ResultBook(args.out.resolve(), layout, folder) as book:
        book.write_cover("双台账比对结果", _cover(args, ours, theirs, layout.key, titles, counts, unreadable))
        with pq.ParquetFile(folder / "rows.parquet") as rows:
            for batch in rows.iter_batches(batch_size=10_000):
                for row in batch.to_pylist():
                    book.add(row["class"], layout.cells(row, as_it_is), row["diff"])


def _cover(args: argparse.Namespace, ours: Side, theirs: Side, key: str, titles: Sequence[str], counts: Counts,
           unreadable: Sequence[tuple[int, list[str]]]) -> list[tuple[str, str]]:
    from wenqu.books.table.comparing import CLASS_NAMES, CLASSES  # noqa: PLC0415

    lines = []
    for name, path, side, rows in (("我方台账", args.ours, ours, counts.ours), ("对方台账", args.theirs, theirs, counts.theirs)):
        lines.append((name, f"{path.name}，{rows:,} 行，SHA-256 {sha256_of(path)}"))
        if side.unplaced:
            lines.append((f"{name}中没有比对的列", "、".join(side.unplaced)))
    lines += [("关键列", key), ("比对的列", "、".join(titles))]
    lines += [(CLASS_NAMES[name], f"{counts.rows[name]:,} 行") for name in CLASSES]
    lines += [(f"不一致的格：{each['title']}", f"{each['count']:,}") for each in counts.columns if each["count"]]
    for name, (number, told) in zip(("我方读不出的格", "对方读不出的格"), unreadable, strict=True):
        if number:
            lines.append((name, f"{number:,} 格\n" + "\n".join(told)))
    lines.append(("签名", "未签名：本表由命令行生成，不能回导销号"))
    return lines


def _unreadable(con: Any, side: Side) -> tuple[int, list[str]]:
    from wenqu.books.table.choosing import unreadable  # noqa: PLC0415

    number, cells = unreadable(con, side, _NOTED)
    return number, [cell.sentence for cell in cells]


def _told(ours: Side, theirs: Side, key: Sequence[str], titles: Sequence[str], counts: Counts,
          unreadable: Sequence[tuple[int, list[str]]], out: Path) -> list[str]:
    from wenqu.books.table.comparing import CLASS_NAMES, CLASSES  # noqa: PLC0415

    lines = [f"我方 {counts.ours:,} 行，对方 {counts.theirs:,} 行；关键列：{'、'.join(ours.column(name).zh for name in key)}；比对 {len(titles)} 列"]
    lines += [f"  {CLASS_NAMES[name]} {counts.rows[name]:,}" for name in CLASSES]
    for name, side, (number, told) in zip(("我方", "对方"), (ours, theirs), unreadable, strict=True):
        if side.unplaced:
            lines.append(f"  {name}没有比对的列：{'、'.join(side.unplaced[:20])}")
        if number:
            lines.append(f"  {name}读不出的格 {number:,}，按原样比对：")
            lines += [f"    {line}" for line in told[:5]]
    return [*lines, f"结果：{out}"]


def _step(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}…")
        sys.stderr.flush()


def _fail(message: str) -> int:
    print(f"wenqu books：{message}", file=sys.stderr)
    return 1
