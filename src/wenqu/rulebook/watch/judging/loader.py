"""Finds, resolves and checks judging packs: TOML in, frozen ``JudgingPack`` out, or ``PackError`` with everything wrong.

How a pack extends another is told in ``heads``; kinds of items and sentences are replaced entry by entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from wenqu.rulebook.heads import Resolve, Shelf, inherit, read_head, read_toml
from wenqu.rulebook.problems import Problems
from wenqu.rulebook.schema import Table
from wenqu.rulebook.watch.judging import reading
from wenqu.rulebook.watch.judging.model import KIND, JudgingPack
from wenqu.rulebook.watch.judging.ways import read_classes, read_ladder

PACKS = Path(__file__).parent / "packs"
_ENTRIES = ("items", "sentences")


def parse_judging(text: str, origin: str, resolve: Resolve | None = None) -> JudgingPack:
    """A judging pack from its TOML text. ``origin`` names it in problems; ``resolve`` finds the pack that it extends."""
    problems = Problems(origin)
    return read_pack(inherit(read_toml(text, problems), (KIND,), _ENTRIES, resolve or SHELF.pack, problems), origin, problems)


def read_pack(content: Mapping[str, object], origin: str, problems: Problems | None = None) -> JudgingPack:
    """A judging pack from resolved content; ``PackError`` with all that is wrong, what was found before included."""
    problems = problems or Problems(origin)
    root = Table(content, "", problems)
    items = reading.read_items(root)
    causes = reading.read_named(root, "causes")
    counted, unchecked = reading.read_members(root)
    pack = JudgingPack(
        **vars(read_head(root, (KIND,), content, origin)),
        line=reading.read_line(root), months=reading.read_window(root), counted=counted, unchecked=unchecked, items=items,
        guarantees=reading.read_named(root, "guarantees"), causes=causes, exclusions=reading.read_named(root, "exclusions"),
        exception=reading.read_exception(root), spending=reading.read_spending(root, items), burden=reading.read_burden(root, items),
        collapse=reading.read_share(root, "collapse"), screens=reading.read_screens(root), average=reading.read_average(root),
        objects=read_ladder(root, "objects", causes), grades=read_ladder(root, "grades", causes), grading=reading.read_grading(root),
        classes=read_classes(root, causes), sentences=reading.read_sentences(root),
    )
    if pack.grades and pack.grading is None:
        problems.add("grading", "key_missing", "写了颜色等级（grades），就要写 grading")
    root.done()
    problems.refuse()
    return pack


SHELF = Shelf(PACKS, "监测对象研判包", parse_judging)
judging_pack_ids, judging_pack, judging_file = SHELF.ids, SHELF.pack, SHELF.from_file
