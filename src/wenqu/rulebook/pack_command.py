"""``wenqu pack list|show|check|diff``: a pack as a manual, its problems, and two packs compared.

A pack of any kind is named by its id or by a path that ends in ``.toml``.
"""

from __future__ import annotations

import argparse
import sys

from wenqu.rulebook.difference import difference_text
from wenqu.rulebook.every_pack import any_manual, any_pack, every_pack_id
from wenqu.rulebook.manual import numbers_of
from wenqu.rulebook.names import KIND_NAMES, LANGS
from wenqu.rulebook.problems import PackError

_PACK = "规则包编号，或 .toml 文件的路径"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the four verbs and their arguments."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="动作")
    verbs.add_parser("list", description="列出自带的规则包", help="列出自带的规则包")
    show = verbs.add_parser("show", description="把规则包印成手册", help="把规则包印成手册")
    show.add_argument("pack", metavar="规则包", help=_PACK)
    show.add_argument("--lang", choices=LANGS, default="zh", help="手册的语言：zh 或 en")
    check = verbs.add_parser("check", description="检查规则包，指出文件和键", help="检查规则包")
    check.add_argument("pack", metavar="规则包", help=_PACK)
    diff = verbs.add_parser("diff", description="比较两个规则包", help="比较两个规则包")
    diff.add_argument("before", metavar="甲", help=_PACK)
    diff.add_argument("after", metavar="乙", help=_PACK)


def run(args: argparse.Namespace) -> int:
    """Run one of the four verbs; 0 well, 1 when a pack is bad or not found."""
    try:
        print(_answer(args), end="")
    except PackError as error:
        print(error, file=sys.stderr)
        print(f"共 {len(error.problems)} 处问题", file=sys.stderr)
        return 1
    return 0


def _answer(args: argparse.Namespace) -> str:
    if args.verb == "list":
        packs = [any_pack(name) for name in every_pack_id()]
        return "".join(f"{p.id:<32}{KIND_NAMES['zh'][p.kind]}  {p.zh}，{p.edition}\n" for p in packs)
    if args.verb == "show":
        return any_manual(any_pack(args.pack), args.lang)
    if args.verb == "diff":
        return difference_text(any_pack(args.before), any_pack(args.after))
    pack = any_pack(args.pack)
    numbers = [number for _, number in numbers_of(pack.content)]
    unsure = sum(1 for number in numbers if number["confidence"] == "unverified")
    return f"{pack.origin}：没有问题。{KIND_NAMES['zh'][pack.kind]}，{len(numbers)} 个数，其中未核实 {unsure} 个\n"
