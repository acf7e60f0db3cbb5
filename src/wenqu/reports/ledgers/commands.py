"""`wenqu export households|schemes|problems --division NAME_OR_CODE --out FILE`: a ledger from the command line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wenqu.places.models import Division

KINDS = ("households", "schemes", "problems")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=KINDS, metavar="台账", help="households 农户台账、schemes 工程及管护责任台账、problems 问题台账")
    parser.add_argument("--division", required=True, metavar="名称或代码", help="区划的名称，或 6 至 12 位代码")
    parser.add_argument("--system", choices=("nbs", "mca"), default="nbs", help="代码系统：nbs 统计用区划代码（默认），mca 民政区划代码")
    parser.add_argument("--out", required=True, type=Path, metavar="文件", help="输出文件（.xlsx）")


def run(args: argparse.Namespace) -> int:
    """Exit status 0 written, 1 no such division or the file cannot be written."""
    from wenqu.kit.boot import start

    start()
    found = divisions_named(args.division, args.system)
    if len(found) != 1:
        print(_not_one(args.division, found), file=sys.stderr)
        return 1
    if args.out.suffix.lower() != ".xlsx":
        print("输出文件要以 .xlsx 结尾", file=sys.stderr)
        return 1
    return _export(args.kind, found[0], args.out)


def divisions_named(name_or_code: str, system: str) -> list[Division]:
    """The divisions with this code in the system, or else with this name."""
    from wenqu.places.models import Division

    if name_or_code.isdecimal():
        code = name_or_code.ljust(12, "0")
        return list(Division.objects.filter(codes__system=system, codes__code=code).distinct().order_by("path"))
    return list(Division.objects.filter(name=name_or_code).order_by("path")[:20])


def _not_one(wanted: str, found: list[Division]) -> str:
    if not found:
        return f"没有找到区划“{wanted}”"
    from wenqu.places.queries import lineage

    lines = [f"有 {len(found)} 个区划叫“{wanted}”，请改用代码："]
    for division in found:
        code = division.codes.filter(system="nbs").first()
        lines.append(f"  {code.code if code else '无代码'}  {''.join(each.name for each in lineage(division.path))}")
    return "\n".join(lines)


def _export(kind: str, division: Division, out: Path) -> int:
    from django.utils import timezone
    from tqdm import tqdm

    from wenqu.kit import audit
    from wenqu.kit.refusal import Refused
    from wenqu.places.scope import EVERYWHERE
    from wenqu.reports.ledgers.actions import export_ledger

    with tqdm(desc=division.name, unit="行", file=sys.stderr, disable=None) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        try:
            written = export_ledger(
                kind=kind, division=division, area=EVERYWHERE, target=out.resolve(), by=audit.SYSTEM, at=timezone.now(), progress=progress
            )
        except Refused as refusal:
            audit.refused(by=audit.SYSTEM, code=refusal.code, what="export", at=timezone.now(), path=division.path)
            print(refusal.message, file=sys.stderr)
            return 1
        except OSError as error:
            print(f"写不了文件 {out}：{error.strerror}", file=sys.stderr)
            return 1
    print(f"{out}：{written.rows} 行，{len(written.sheets)} 张工作表")
    return 0
