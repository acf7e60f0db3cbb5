"""`wenqu audit export|head|verify`. Checking files needs neither a server nor a database nor the framework."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from wenqu.kit.chain import BEGINNING, header_of, line_of
from wenqu.kit.chain_check import Broken, Chain, Checked, Fault, check_files, compare

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMER = "（更早的记录不在文件中，其是否被改动要用更早的文件校验）"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="动作")
    export = verbs.add_parser("export", description="把审计链导出为 JSON 行文件", help="导出审计链为文件")
    export.add_argument("file", type=Path, metavar="文件", help="输出文件，不得已存在")
    export.add_argument("--from", dest="first", type=int, default=1, metavar="序号", help="从链上第几号开始（默认 1）")
    export.add_argument("--to", dest="last", type=int, default=None, metavar="序号", help="到第几号为止（默认到链头）")
    verbs.add_parser("head", description="打印链头的序号和摘要，请记在别处", help="打印链头的序号和摘要")
    verify = verbs.add_parser(
        "verify", help="校验导出的文件或副本；不给文件时校验数据库和副本",
        description="校验审计文件（多个文件按顺序视为一条链），指出第一处问题；不给文件时校验数据库的审计链和第二份副本",
    )
    verify.add_argument("files", nargs="*", type=Path, metavar="文件", help="导出的文件，或副本目录中的月度文件")
    verify.add_argument("--against", nargs="+", type=Path, default=[], metavar="链文件", help="用导出的链或副本的文件逐条对照网页摘录")
    verify.add_argument("--head", default="", metavar="摘要", help="以前记下的链头摘要：链上必须有它")


def run(args: argparse.Namespace) -> int:
    """Exit status 0 sound, 1 wrong use or unreadable, 2 something is broken."""
    if args.verb == "verify" and args.files:
        return verify_files(args.files, args.head.strip().lower(), args.against)
    from wenqu.kit.boot import setup  # noqa: PLC0415

    setup()
    if args.verb == "verify":
        return verify_database(args.head.strip().lower())
    return print_head() if args.verb == "head" else export_chain(args.file, args.first, args.last)


def verify_files(files: list[Path], asked: str, against: list[Path]) -> int:
    """Check files alone, a selection also against the chain, and print what came out."""
    try:
        checked = check_files(files, asked)
        compared, fault = compare(files, against) if against else (0, None)
    except OSError as error:
        why = "找不到这个文件" if isinstance(error, FileNotFoundError) else error.strerror
        print(f"读不了文件 {error.filename}：{why}", file=sys.stderr)
        return 1
    if checked.fault is not None:
        sound = f"此前 {checked.count} 条完好（第 {checked.first} 至 {checked.last} 号）。" if checked.count else ""
        print(f"校验不通过。{checked.fault}。{sound}", file=sys.stderr)
        return 2
    if asked and checked.found_at is None:
        print(f"校验不通过。文件本身首尾相接，但其中没有摘要 {asked}：文件被整体替换，或者缺少含有它的部分", file=sys.stderr)
        return 2
    if fault is not None:
        print(f"校验不通过。{fault}", file=sys.stderr)
        return 2
    if against:
        print(f"与审计链逐条一致：{compared} 条")
        return 0
    print(_sound(checked))
    if asked:
        print(f"记下的摘要在第 {checked.found_at} 号" + ("，就是最后一条" if checked.found_at == checked.last else "，其后的记录是之后追加的"))
    return 0


def _sound(checked: Checked) -> str:
    if not checked.count:
        return "完好：文件中还没有记录"
    if checked.selection:
        return f"完好：{checked.count} 条摘录（第 {checked.first} 至 {checked.last} 号之间）各与自带的摘要相符；摘录不能证明没有遗漏，也不能证明没有被整条重写：请用 --against 给出导出的链或副本来对照"
    text = f"完好：共 {checked.count} 条，从第 {checked.first} 号到第 {checked.last} 号，链头 {checked.head}"
    return text if checked.first == 1 else text + FORMER


def verify_database(asked: str = "") -> int:
    """Check the chain of the database, then the second copy against it."""
    from django.utils import timezone  # noqa: PLC0415

    from wenqu.kit.audit_chain import seal_pending  # noqa: PLC0415
    from wenqu.kit.audit_copy import copy_files  # noqa: PLC0415

    seal_pending(timezone.now())
    fault, last, head, found = _walk_database(asked)
    if fault:
        print(f"校验不通过。数据库的审计链{fault}", file=sys.stderr)
        return 2
    if asked and not found:
        print(f"校验不通过。数据库的审计链首尾相接，但其中没有摘要 {asked}", file=sys.stderr)
        return 2
    print(f"数据库的审计链完好：共 {last} 条，链头 {head}")
    files = copy_files()
    if not files:
        print("没有第二份副本", file=sys.stderr)
        return 2 if last else 0
    try:
        began, copied = _compare_copy(files)
    except Broken as broken:
        print(f"校验不通过。第二份副本：{broken.fault}", file=sys.stderr)
        return 2
    behind = f"，尚有 {last - copied} 条没有写入" if copied < last else ""
    # The newest file alone is enough to carry on: that older ones are gone is seen only here.
    gone = f"；副本缺少第 1 至 {began - 1} 号：较早的月度文件已移走或被删除，请找回后一并校验" if began > 1 else ""
    print(f"第二份副本与数据库一致：{len(files)} 个文件，从第 {began} 号到第 {copied} 号{behind}{gone}")
    return 0


def _walk_database(asked: str) -> tuple[str, int, str, bool]:
    """(what is wrong first, last place, its digest, whether the digest that was asked for stands in it)."""
    from wenqu.kit.audit_rows import chained  # noqa: PLC0415
    from wenqu.kit.chain import link  # noqa: PLC0415

    last, before, found = 0, BEGINNING, False
    for seq, digest, body in chained(0):
        if seq != last + 1:
            return f"缺少第 {last + 1} 至 {seq - 1} 号", last, before, found
        if link(before, body) != digest:
            return f"第 {seq} 号：内容或摘要被改动，与前一条接不上", last, before, found
        last, before, found = seq, digest, found or digest == asked
    stray = _strays()
    if stray is not None:
        return f"第 {stray} 号：供查找的字段与记录不一致，被改动（记录本身完好）", last, before, found
    return "", last, before, found


def _strays() -> int | None:
    """The first place whose fields to be found by are not the entry's: the page would miss or misplace it."""
    from django.db.models import F, Q, Value  # noqa: PLC0415
    from django.db.models.functions import Coalesce  # noqa: PLC0415

    from wenqu.kit.audit_rows import FOUND_BY  # noqa: PLC0415
    from wenqu.kit.models import AuditSeal  # noqa: PLC0415

    seals = AuditSeal.objects.alias(mine=Coalesce("actor_id", Value(0)), theirs=Coalesce("entry__actor_id", Value(0)))
    other = ~Q(mine=F("theirs"))
    for name in FOUND_BY:
        if name != "actor_id":
            other |= ~Q(**{name: F(f"entry__{name}")})
    return seals.filter(other).order_by("seq").values_list("seq", flat=True).first()


def _compare_copy(files: list[Path]) -> tuple[int, int]:
    """The copy's first and last place; raises Broken where it is broken or is not this database's chain."""
    from wenqu.kit.audit_rows import chained  # noqa: PLC0415

    chain, first, last = Chain(), 0, 0
    kept: Iterator[tuple[int, str, bytes]] = iter(())
    for row in chain.walk(files):
        if last == 0:
            first, kept = row.seq, chained(row.seq - 1)
        seq, digest, _body = next(kept, (0, "", b""))
        if (seq, digest) != (row.seq, row.digest):
            what = "数据库的审计链中没有这一条" if seq != row.seq else "与数据库的审计链不同，其中一份被改动"
            raise Broken(Fault(chain.file, chain.line, row.seq, what))
        last = row.seq
    return first, last


def print_head() -> int:
    from django.utils import timezone  # noqa: PLC0415

    from wenqu.kit.audit_chain import seal_pending  # noqa: PLC0415
    from wenqu.kit.audit_rows import head  # noqa: PLC0415

    seal_pending(timezone.now())
    seq, digest = head()
    print(f"{seq} {digest}")
    return 0


def export_chain(file: Path, first: int, last: int | None) -> int:
    """Write a stretch of the chain into a new file, whole or not at all."""
    from django.utils import timezone  # noqa: PLC0415

    from wenqu.kit import audit  # noqa: PLC0415
    from wenqu.kit.audit_chain import seal_pending  # noqa: PLC0415
    from wenqu.kit.audit_rows import chained, digest_at, head  # noqa: PLC0415

    now = timezone.now()
    seal_pending(now)
    end = head()[0] if last is None else min(last, head()[0])
    before, digest = digest_at(first - 1) if first > 0 else None, digest_at(end)
    if first < 1 or first > max(end, 1) or before is None or digest is None:
        print(f"没有从第 {first} 号到第 {last or end} 号的记录；链现在到第 {head()[0]} 号", file=sys.stderr)
        return 1
    count = end - first + 1
    try:
        with file.open("xb") as target:
            target.write(header_of("export", first, before, count=count, last=end, head=digest, made_at=now.isoformat()))
            for _seq, digest, body in chained(first - 1, end):
                target.write(line_of(body, digest))
            target.flush()
            os.fsync(target.fileno())
    except FileExistsError:
        print(f"文件已存在，不覆盖：{file}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"写不了文件 {file}：{error.strerror}", file=sys.stderr)
        return 1
    audit.record(by=audit.SYSTEM, verb="export_audit", at=now, detail={"first": first, "last": end, "file": file.name})
    print(f"{file}：共 {count} 条，第 {first} 至 {end} 号，链头 {digest_at(end)}")
    return 0
