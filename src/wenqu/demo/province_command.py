"""`wenqu demo-province`: a register of province size, spread over the carried counties in proportion to their villages."""

from __future__ import annotations

import argparse
import sys
import time

from wenqu.demo import carried, commands
from wenqu.demo.plan import share_out

HOUSEHOLDS = 1_920_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--households", type=int, default=HOUSEHOLDS, help=f"总户数（默认 {HOUSEHOLDS}）")
    parser.add_argument("--seed", type=int, default=commands.SEED, help="随机种子：种子相同，数据相同")
    parser.add_argument("--no-history", action="store_true", help="只评价最近一个日期，不评价历史日期")


def run(args: argparse.Namespace) -> int:
    """Load county after county; those that are there already are kept, so a killed load goes on where it stopped."""
    codes = list(carried.county_names())
    if args.households < len(codes):
        print(f"户数至少 {len(codes)}", file=sys.stderr)
        return 1
    commands.prepare()
    start = time.monotonic()
    counties = [carried.read_county(code) for code in codes]
    shares = share_out(args.households, [float(len(county.villages)) for county in counties])
    for county, households in zip(counties, shares, strict=True):
        schemes = max(20, households // 200)
        division = commands.load_register(county, households=households, schemes=schemes, seed=args.seed, again=True)
        if division is not None:
            commands.judge(county, division, history=not args.no_history)
    print(f"共 {len(counties)} 个县 {args.households} 户，用时 {time.monotonic() - start:.0f} 秒")
    return 0
