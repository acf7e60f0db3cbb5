"""`wenqu export KIND --division NAME_OR_CODE --out FILE`: a ledger from the command line; `wenqu export --snapshot NUMBER --out FILE`: one again."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wenqu.reports.ledgers.offers import WORDS

if TYPE_CHECKING:
    from wenqu.places.models import Division


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = "、".join(f"{kind} {words.short}" for kind, words in WORDS.items())
    parser.add_argument("kind", nargs="?", choices=WORDS, metavar="台账", help=kinds)
    parser.add_argument("--division", metavar="名称或代码", help="区划的名称，或 6 至 12 位代码")
    parser.add_argument("--system", choices=("nbs", "mca"), default="nbs", help="代码系统：nbs 统计用区划代码（默认），mca 民政区划代码")
    parser.add_argument("--at", metavar="日期", help="按过去某一天结束时的情况导出，如 2026-03-01；不填为现在")
    parser.add_argument("--snapshot", metavar="编号", help="凭快照编号重新出具，如 KZ-2026-000001；不用再写台账和区划")
    parser.add_argument("--out", required=True, type=Path, metavar="文件", help="输出文件（.xlsx）")


def run(args: argparse.Namespace) -> int:
    """Exit status 0 written, 1 no such division or the file cannot be written."""
    from wenqu.kit.boot import start

    start()
    if args.out.suffix.lower() != ".xlsx":
        print("输出文件要以 .xlsx 结尾", file=sys.stderr)
        return 1
    if args.snapshot:
        return _again(args.snapshot, args.out)
    if not args.kind or not args.division:
        print("请写明台账和 --division，或用 --snapshot 写明快照编号", file=sys.stderr)
        return 1
    found = divisions_named(args.division, args.system)
    if len(found) != 1:
        print(_not_one(args.division, found), file=sys.stderr)
        return 1
    return _export(args.kind, found[0], args.at or "", args.out)


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


def _export(kind: str, division: Division, day: str, out: Path) -> int:
    from django.utils import timezone

    from wenqu.kit import audit
    from wenqu.kit.moments import read_moment
    from wenqu.places.scope import EVERYWHERE
    from wenqu.reports.ledgers.actions import export_ledger
    from wenqu.reports.ledgers.wanted import Wanted

    def write(progress: Any) -> str:
        now = timezone.now()
        moment = read_moment(day, now)
        written = export_ledger(
            kind=kind, division=division, area=EVERYWHERE, target=out.resolve(), by=audit.SYSTEM, at=now, progress=progress,
            wanted=Wanted(moment.at if moment else None),
        )
        return f"{out}：{written.rows} 行，{len(written.sheets)} 张工作表"

    return _with_bar(division.name, division.path, out, write)


def _again(number: str, out: Path) -> int:
    from django.utils import timezone

    from wenqu.kit import audit
    from wenqu.places.scope import EVERYWHERE
    from wenqu.reports.ledgers.actions import reissue_snapshot
    from wenqu.reports.models import Snapshot

    snapshot = Snapshot.objects.select_related("division").filter(number=number).first()
    if snapshot is None:
        print(f"没有编号为 {number} 的快照", file=sys.stderr)
        return 1

    def write(progress: Any) -> str:
        issued = reissue_snapshot(snapshot=snapshot, area=EVERYWHERE, target=out.resolve(), by=audit.SYSTEM, at=timezone.now(), progress=progress)
        return f"{out}：{issued.written.rows} 行，{issued.words}"

    return _with_bar(number, snapshot.path, out, write)


def _with_bar(name: str, path: str, out: Path, write: Callable[[Any], str]) -> int:
    from django.utils import timezone
    from tqdm import tqdm

    from wenqu.kit import audit
    from wenqu.kit.refusal import Refused

    with tqdm(desc=name, unit="行", file=sys.stderr, disable=None) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        try:
            said = write(progress)
        except Refused as refusal:
            audit.refused(by=audit.SYSTEM, code=refusal.code, what="export", at=timezone.now(), path=path)
            print(refusal.message, file=sys.stderr)
            return 1
        except OSError as error:
            print(f"写不了文件 {out}：{error.strerror}", file=sys.stderr)
            return 1
    print(said)
    return 0
