"""`wenqu demo-county NAME_OR_CODE`: any of the carried counties, with as many made-up households as wanted."""

from __future__ import annotations

import argparse
import sys

from wenqu.demo import carried, commands


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("county", metavar="县名或代码", help="如 从江县 或 522633")
    parser.add_argument("--households", type=int, default=commands.HOUSEHOLDS, help=f"户数（默认 {commands.HOUSEHOLDS}）")
    parser.add_argument("--schemes", type=int, default=0, help="供水工程数（默认每 200 户一处）")
    parser.add_argument("--seed", type=int, default=commands.SEED, help="随机种子：种子相同，数据相同")


def run(args: argparse.Namespace) -> int:
    """Exit status 0 loaded, 1 not a carried county or bad numbers, 2 refused because it is there already."""
    try:
        county = carried.find_county(args.county)
    except carried.UnknownCounty as error:
        print(error, file=sys.stderr)
        return 1
    schemes = args.schemes or max(20, args.households // 200)
    if args.households < 1 or schemes < 1:
        print("户数和工程数都要大于 0", file=sys.stderr)
        return 1
    commands.prepare()
    # One that a killed load left unjudged is finished; one that is complete is refused like any other that is there.
    again = commands.is_unfinished(county)
    division = commands.load_register(county, households=args.households, schemes=schemes, seed=args.seed, again=again)
    if division is None:
        return 2
    commands.judge(county, division)
    return 0
