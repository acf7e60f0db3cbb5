"""`wenqu doctor`: look at everything that service needs, say what is wrong and what to do."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wenqu.operations.findings import Finding

MARKS = {"ok": "✓", "warning": "!", "error": "✗"}
STATUS = {"ok": 0, "warning": 1, "error": 2}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--evidence", action="store_true", help="逐份核对全部佐证材料的内容（平时只抽查最近的）")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出，供监控程序读取")


def run(args: argparse.Namespace) -> int:
    """Exit status 0 all well, 1 something to look at, 2 something wrong."""
    from wenqu.kit.boot import setup

    try:
        setup()
    except SystemExit as stop:
        return _stopped(str(stop), as_json=args.json)
    from wenqu.operations.findings import all_findings

    found = all_findings(every_proof=args.evidence)
    print(_json(found) if args.json else _table(found))
    return max(STATUS[each.level] for each in found)


def _stopped(reason: str, *, as_json: bool) -> int:
    """The settings themselves are wrong: nothing else can be looked at."""
    if as_json:
        print(json.dumps({"status": "error", "checks": [{"name": "设置", "level": "error", "text": reason, "advice": ""}]}, ensure_ascii=False))
    else:
        print(f"✗ {reason}", file=sys.stderr)
    return 2


def _json(found: list[Finding]) -> str:
    worst = max((each.level for each in found), key=STATUS.__getitem__)
    return json.dumps({"status": worst, "checks": [vars(each) for each in found]}, ensure_ascii=False, indent=1)


def _table(found: list[Finding]) -> str:
    width = max(_width(each.name) for each in found)
    lines = []
    for each in found:
        lines.append(f"{MARKS[each.level]} {each.name}{' ' * (width - _width(each.name))}  {each.text}")
        if each.advice:
            lines.append(f"  {' ' * width}  → {each.advice}")
    bad, warned = (sum(each.level == level for each in found) for level in ("error", "warning"))
    lines.append(f"共 {len(found)} 项：{bad} 项有误，{warned} 项要留意")
    return "\n".join(lines)


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if ord(each) > 255 else 1 for each in text)
