"""``wenqu import``: take a register from a workbook into the database, from the terminal.

Exit status: 0 all well; 2 some rows or cells were refused; 1 nothing was imported.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from wenqu.kit.crypto.files import open_file
from wenqu.kit.refusal import Refused

if TYPE_CHECKING:
    from wenqu.importing.models import Batch
    from wenqu.places.models import Division

# Those of the rooms above as well: what a command may be asked is known before the framework is loaded.
KINDS = ("divisions", "schemes", "households", "watched", "watch_measures")
_COUNTED = (("created", "新增"), ("changed", "更改"), ("unchanged", "不变"), ("refused", "未导入"), ("skipped", "合计等非数据行"), ("cells", "有问题的单元格"))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("kind", metavar="KIND", choices=KINDS, help="台账种类：divisions 区划、schemes 供水工程、households 农户及家庭成员、watched 监测对象、watch_measures 监测对象帮扶措施")
    parser.add_argument("file", metavar="FILE", help="Excel 工作簿（.xlsx、.xls）或 .csv")
    parser.add_argument("--county", required=True, metavar="COUNTY", help="导入到哪个县：县名，或区划代码")
    parser.add_argument("--system", default="nbs", choices=("nbs", "mca"), help="表中区划代码属于哪个系统：nbs 统计用（默认）、mca 民政")
    parser.add_argument("--observed-on", metavar="YYYY-MM-DD", help="数据是哪一天的情况（默认今天）")
    parser.add_argument("--mapping", metavar="NAME", help="已保存的列对应关系的名称，或 .toml 文件")
    parser.add_argument("--dry-run", action="store_true", help="只试导入，不写入")
    parser.add_argument("--out", metavar="DIR", help="把标注了错误的工作簿存到这个目录")


def run(args: argparse.Namespace) -> int:
    """Run the command and give its exit status."""
    from wenqu.kit import boot  # noqa: PLC0415  the framework is loaded only when the command runs

    boot.start()
    try:
        batch = _import(args)
    except Refused as refusal:
        _note(refusal)
        print(f"未导入：{refusal.message}", file=sys.stderr)
        return 1
    except (OSError, ValueError) as error:
        print(f"未导入：{error}", file=sys.stderr)
        return 1
    print("\n".join(_told(batch)))
    return 2 if batch.counts["refused"] or batch.counts["cells"] else 0


def _note(refusal: Refused) -> None:
    from django.utils import timezone  # noqa: PLC0415

    from wenqu.kit import audit  # noqa: PLC0415

    audit.refused(by=audit.SYSTEM, code=refusal.code, what="import", at=timezone.now())


def _import(args: argparse.Namespace) -> Batch:
    from django.utils import timezone  # noqa: PLC0415

    from wenqu.kit.audit import SYSTEM  # noqa: PLC0415
    from wenqu.registers import actions, queries  # noqa: PLC0415
    from wenqu.registers.terminal import bar  # noqa: PLC0415

    county = find_county(args.county, args.system)
    path = Path(args.file)
    if not path.is_file():
        raise Refused("no_file", f"找不到文件：{path}")
    batch = actions.receive_workbook(
        kind=args.kind, county=county, file=path, file_name=path.name, code_system=args.system,
        observed_on=_day(args.observed_on) or timezone.localdate(), mapping_text=_mapping(args, county), by=SYSTEM, at=timezone.now(),
    )
    with bar("试导入") as progress:
        actions.check_batch(batch=batch, by=SYSTEM, at=timezone.now(), progress=progress)
    annotated = queries.annotated_file(batch)
    if args.out and annotated:
        out = Path(args.out)
        out.mkdir(parents=True, exist_ok=True)
        target = out / f"{Path(batch.file_name).stem}-标注.xlsx"
        open_file(annotated, target)
        print(f"标注了错误的工作簿：{target}")
    if not args.dry_run:
        with bar("导入") as progress:
            actions.import_batch(batch=batch, by=SYSTEM, at=timezone.now(), progress=progress)
    return batch


def find_county(name_or_code: str, system: str) -> Division:
    """The county of a name or of a 6- to 12-digit code in a system; refuses when there is none or more than one."""
    from wenqu.places.models import Division, Level  # noqa: PLC0415

    counties = Division.objects.filter(level=Level.COUNTY)
    if name_or_code.isdigit():
        found = counties.filter(codes__system=system, codes__code=name_or_code.ljust(12, "0")).distinct()
    else:
        found = counties.filter(name=name_or_code)
    if len(found) == 1:
        return found[0]
    known = "、".join(counties.values_list("name", flat=True)[:30])
    problem = "不止一个县叫这个名字，请写区划代码" if found else f"库中没有这个县；{f'有：{known}' if known else '请先用 wenqu county 建立'}"
    raise Refused("unknown_county", f"{name_or_code}：{problem}")


def _mapping(args: argparse.Namespace, county: Division) -> str:
    from wenqu.importing.models import Mapping  # noqa: PLC0415

    if not args.mapping:
        return ""
    if args.mapping.endswith(".toml"):
        return Path(args.mapping).read_text(encoding="utf-8-sig")
    saved = Mapping.objects.filter(division=county, kind=args.kind, name=args.mapping).first()
    if saved is None:
        raise Refused("unknown_mapping", f"没有名为“{args.mapping}”的列对应关系")
    return saved.text


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused("bad_date", f"日期“{text}”的写法不对，应为 YYYY-MM-DD") from None


def _told(batch: Batch) -> list[str]:
    lines = [f"批次 {batch.pk}：{batch.file_name}，{batch.get_state_display()}"]
    lines += [f"  {label} {batch.counts.get(name, 0):,}" for name, label in _COUNTED]
    unknown = [header for sheet in batch.report["sheets"] for header in sheet["unknown"]]
    if unknown:
        lines.append(f"  未识别的列：{'、'.join(unknown[:20])}")
    for error in batch.report["errors"][:10]:
        lines.append(f"  {error['sheet']} 第 {error['row']} 行 {error['letter']} {error['header']}：{error['message']}")
    if batch.counts.get("cells", 0) > 10:
        lines.append("  ……其余见标注了错误的工作簿（--out）")
    return lines
