"""``wenqu judge``: judge any table by any pack, without a database and without the web framework.

Exit status: 0 all well; 2 some cells were refused (their rows are judged without them); 1 nothing could be read.
"""

from __future__ import annotations

import argparse
import json
import re
import signal
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from wenqu.importing.columns import FACT_COLUMNS
from wenqu.importing.refusal import TableError
from wenqu.judging.table import console
from wenqu.judging.table.progress import Progress
from wenqu.judging.table.target import publish, workplace
from wenqu.rulebook.loader import load_pack
from wenqu.rulebook.model import Pack
from wenqu.rulebook.problems import PackError

FORMATS = ("parquet", "csv", "xlsx")
MEMORY = "700MB"  # of the engine; the whole process stays under 1 GB for two million rows


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("table", metavar="TABLE", help="要评价的表：.xlsx、.xls、.csv 或 .parquet")
    parser.add_argument("--pack", required=True, metavar="PACK", help="规则包编号（如 national-2018）或 .toml 文件")
    parser.add_argument("--as-of", required=True, metavar="YYYY-MM-DD", help="评价截止日期")
    parser.add_argument("--out", required=True, metavar="DIR", help="结果目录，没有会新建")
    parser.add_argument("--map", metavar="MAP.toml", help="映射文件：哪个表头对应哪一列，如何换算")
    parser.add_argument("--formats", default=",".join(FORMATS), metavar="LIST",
                        help="要写的结果，逗号分隔：parquet、csv、xlsx（默认全部）；summary.json 总会写")


def run(args: argparse.Namespace) -> int:
    """Run the command and give its exit status."""
    _die_tidily()
    try:
        as_of, formats = _date(args.as_of), _formats(args.formats)
        pack = load_pack(args.pack, "four-indicators")
        refused = _judge(Path(args.table), pack, as_of, Path(args.out), Path(args.map) if args.map else None, formats)
    except TableError as error:
        return _fail(error.message)
    except PackError as error:
        return _fail(f"规则包不能用：{error}")
    except MemoryError:
        return _fail("内存不够，请减少数据或换一台内存更大的电脑")
    except OSError as error:
        return _fail(f"读写文件失败：{error.filename or ''} {error.strerror or error}")
    return 2 if refused else 0


def _judge(path: Path, pack: Pack, as_of: date, out: Path, map_path: Path | None, formats: tuple[str, ...]) -> bool:
    """Judge one table; True when anything in it was refused."""
    import duckdb  # noqa: PLC0415  (a wrong date or pack should not wait for the engine)

    from wenqu.importing.mapping import load_mapping  # noqa: PLC0415

    if not path.exists():
        raise TableError("no_file", f"找不到文件：{path}")
    mapping = load_mapping(map_path, FACT_COLUMNS) if map_path else None
    with Progress() as progress, workplace(out) as place, closing(duckdb.connect()) as con:
        con.execute(f"SET memory_limit = '{MEMORY}'")
        con.execute("SET enable_progress_bar = false")  # ours speaks Chinese, and only on a terminal
        con.execute(f"SET temp_directory = '{str(place).replace(chr(39), chr(39) * 2)}'")
        try:
            summary = _work(con, path, pack, as_of, place, mapping, formats, progress)
        except duckdb.Error as error:
            raise TableError("engine", f"处理失败：{str(error).splitlines()[0]}") from None
        files = publish(place, out)
    print("\n".join(console.lines(summary, out, files)))
    return bool(summary["refused"]["cells"])


def _work(con: Any, path: Path, pack: Pack, as_of: date, place: Path, mapping: Any, formats: tuple[str, ...],
          progress: Progress) -> dict[str, Any]:
    """Write every result file into ``place`` and give the summary."""
    from wenqu.importing.coercion import coerce  # noqa: PLC0415
    from wenqu.importing.staging import parquet_source, text_literal  # noqa: PLC0415
    from wenqu.importing.tables import read_table  # noqa: PLC0415
    from wenqu.judging.table.summary import summarise  # noqa: PLC0415
    from wenqu.rulebook.vectorised import judge_sql  # noqa: PLC0415

    staging = place / "staging"
    staging.mkdir()
    progress.step("读取表格")
    table = read_table(con, path, staging, FACT_COLUMNS, mapping, lambda name: progress.step(f"读取工作表“{name}”"))
    progress.step("核对单元格")
    coerced = coerce(con, table, FACT_COLUMNS, staging)
    progress.step("评价")
    verdicts = place / "verdicts.parquet"
    con.execute(f"COPY ({judge_sql(pack, coerced.relation)}) TO {text_literal(str(verdicts))} (FORMAT parquet)")
    source = parquet_source(verdicts)
    summary = summarise(con, table, coerced, source, pack, as_of)
    if "csv" in formats:
        progress.step("写出 verdicts.csv")
        con.execute(f"COPY (FROM {source}) TO {text_literal(str(place / 'verdicts.csv'))} (FORMAT csv, HEADER)")
    if "xlsx" in formats:
        from wenqu.judging.table.ledger import write_ledger  # noqa: PLC0415
        write_ledger(con, coerced.relation, pack, as_of.isoformat(), place / "ledger.xlsx", coerced.rows, progress)
    if coerced.error_count:
        from wenqu.judging.table.errors_sheet import write_errors  # noqa: PLC0415
        write_errors(con, coerced.errors, place / "errors.xlsx", coerced.error_count, progress)
    (place / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if "parquet" not in formats:
        verdicts.unlink()
    return summary


def _date(text: str) -> date:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise TableError("bad_date", f"日期“{text}”不对，应写成 2026-06-30 的样子") from None


def _formats(text: str) -> tuple[str, ...]:
    wanted = tuple(filter(None, (word.strip().lower() for word in text.split(","))))
    wrong = [word for word in wanted if word not in FORMATS]
    if wrong or not wanted:
        raise TableError("bad_format", f"--formats 不认识“{'、'.join(wrong) or text}”，可用：{'、'.join(FORMATS)}")
    return wanted


def _die_tidily() -> None:
    """Let a polite kill clean up the half-written files, as Ctrl-C does."""
    def stop(*_: object) -> None:
        raise SystemExit(143)

    try:
        signal.signal(signal.SIGTERM, stop)
    except ValueError:
        pass  # not the main thread: whoever runs us there handles signals


def _fail(message: str) -> int:
    print(f"wenqu judge：{message}", file=sys.stderr)
    return 1
