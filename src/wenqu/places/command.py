"""``wenqu county``: the first county of an empty database, with the province and prefecture above it.

Exit status: 0 done; 1 refused or wrong use.
"""

from __future__ import annotations

import argparse
import sys

from wenqu.kit.refusal import Refused


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("province", metavar="省", help="省级的名称，如 陕西省")
    parser.add_argument("prefecture", metavar="市", help="地级的名称，如 西安市；直辖市写 市辖区 或 县")
    parser.add_argument("county", metavar="县", help="县级的名称，如 蓝田县")
    parser.add_argument("--code", required=True, metavar="代码", help="县级区划代码，6 位数字，如 610122")
    parser.add_argument("--system", default="nbs", choices=("nbs", "mca"), help="代码属于哪个系统：nbs 统计用（默认）、mca 民政")


def run(args: argparse.Namespace) -> int:
    """Add the county and say what comes next."""
    from wenqu.kit import boot  # noqa: PLC0415  the framework is loaded only when the command runs

    boot.setup()
    from django.db.utils import OperationalError, ProgrammingError  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from wenqu.kit import audit  # noqa: PLC0415
    from wenqu.places.actions import add_county  # noqa: PLC0415

    try:
        with audit.coming("command"):
            made = add_county(
                province=args.province, prefecture=args.prefecture, county=args.county, code=args.code, system=args.system,
                by=audit.SYSTEM, at=timezone.now(),
            )
    except Refused as refusal:
        print(f"没有执行：{refusal.message}", file=sys.stderr)
        return 1
    except (OperationalError, ProgrammingError):
        print("没有执行：数据库还没有建好或连不上。请先运行一次 wenqu serve，再执行这个命令。", file=sys.stderr)
        return 1
    print(f"已建立{args.province}{args.prefecture}{made.name}（{args.code}）。")
    print(f"接着：wenqu import divisions 区划.xlsx --county {made.name} 导入乡镇和村；wenqu people add-admin 添加管理员。")
    return 0
