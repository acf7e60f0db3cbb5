"""``wenqu results read``: what would be read from a laboratory's workbook, without a database. Nothing is taken in.

Exit status: 0 all cells could be read; 2 some could not; 1 nothing was read.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from wenqu.importing.refusal import MappingError, TableError

if TYPE_CHECKING:
    from wenqu.importing.laboratory.delivery import Delivery
    from wenqu.importing.laboratory.unfolding import LabSheet

_SHOWN = 200
_LAYOUTS = {"wide": "一行一个样品", "long": "一行一个结果", "report": "一张工作表一个样品"}
_KINDS = {"value": "数值", "below": "低于检出限", "above": "高于量程", "not_detected": "未检出", "word": "文字"}
_SKIPPED = {"total": "合计", "note": "备注、签名", "header": "重复表头", "limits": "限值、平均值等"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("what", choices=("read",), metavar="read", help="试读检测结果表，列出读到什么、哪些单元格没有采用")
    parser.add_argument("file", type=Path, metavar="FILE", help="实验室的检测结果：.xlsx、.xls 或 .csv")
    parser.add_argument("--map", type=Path, metavar="MAP.toml", help="保存的对应关系")
    parser.add_argument("--out", type=Path, metavar="DIR", help="写出 results.parquet；有错误单元格时另有标注了错误的工作簿 annotated.xlsx")


def run(args: argparse.Namespace) -> int:
    """Run the command and give its exit status."""
    import duckdb  # noqa: PLC0415  (help and wrong use should not wait for the engine)

    from wenqu.importing.laboratory.delivery import reading  # noqa: PLC0415
    from wenqu.importing.laboratory.mapping import LabMapping, parse_lab_mapping  # noqa: PLC0415
    from wenqu.rulebook.quality.results.naming import names_of_all  # noqa: PLC0415

    try:
        names = names_of_all()
        mapping = parse_lab_mapping(_text_of(args.map), names, args.map.name) if args.map else LabMapping()
        if args.out:
            args.out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".wenqu-results-", dir=args.out) as place, reading(args.file, Path(place), names, mapping) as delivery:
            wrong = delivery.wrong_count()
            print("\n".join(_told(delivery, wrong)))
            if args.out:
                print(f"结果在 {args.out}：{'、'.join(_written(delivery, Path(place), args.out, wrong))}")
    except TableError as error:
        return _fail(error.message)
    except duckdb.Error as error:
        return _fail(f"处理失败：{str(error).splitlines()[0]}")
    except OSError as error:
        return _fail(f"读写文件失败：{error.filename or ''} {error.strerror or error}")
    return 2 if wrong else 0


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(f"映射文件 {path.name} 读不出来（应为 UTF-8 编码的 TOML 文件）：{error}") from None


def _written(delivery: Delivery, place: Path, out: Path, wrong: int) -> list[str]:
    """Write the results and, where cells are wrong, the annotated workbook; one of an earlier run goes."""
    (out / "annotated.xlsx").unlink(missing_ok=True)
    if wrong:
        from wenqu.kit import boot  # noqa: PLC0415  (only the workbook speaks two languages)

        boot.load()
        from wenqu.importing.laboratory.marking import mark  # noqa: PLC0415

        mark(delivery, place / "annotated.xlsx")
        shutil.move(place / "annotated.xlsx", out / "annotated.xlsx")
    shutil.copyfile(delivery.results, out / "results.parquet")
    return ["results.parquet", "annotated.xlsx"] if wrong else ["results.parquet"]


def _told(delivery: Delivery, wrong: int) -> list[str]:
    """The dry run in lines: sheets, kinds of results, wrong cells."""
    lines = [f"{delivery.path.name}：{delivery.count('count(DISTINCT sample)'):,} 个样品，{delivery.count():,} 个结果（试读，没有写入任何台账）"]
    for sheet in delivery.sheets:
        lines += _of_sheet(sheet)
    lines += [f"工作表“{name}”没有读：{why}" for name, why in delivery.left_out.items()]
    lines += [f"{_KINDS[kind]}：{count:,}" for kind, count in delivery.kinds().items()]
    if wrong:
        lines.append(f"没有采用的单元格：{wrong:,}")
        lines += [f"  {sheet and f'工作表“{sheet}”'}{letter}{row}（{header}）“{raw}”：{sentence}" for sheet, row, letter, header, raw, sentence in delivery.wrong_cells(_SHOWN)]
    if wrong > _SHOWN:
        lines.append(f"  ……另有 {wrong - _SHOWN:,} 个，见 annotated.xlsx（加 --out）")
    return lines


def _of_sheet(sheet: LabSheet) -> list[str]:
    layout = sheet.layout
    name = f"工作表“{sheet.name}”" if sheet.name else "表"
    skipped = "，".join(f"{_SKIPPED[kind]} {count} 行" for kind, count in sheet.skipped.items())
    lines = [f"{name}：{_LAYOUTS[layout.kind]}，{sheet.rows:,} 行" + (f"；没有读：{skipped}" if skipped else "")]
    lines += [f"  没有用的列：{'、'.join(layout.left_out)}"] if layout.left_out else []
    return lines + ([f"  没有认识的列：{'、'.join(layout.unknown)}"] if layout.unknown else [])


def _fail(message: str) -> int:
    print(f"wenqu results：{message}", file=sys.stderr)
    return 1
