"""Finds, resolves and checks duty packs: TOML in, frozen ``DutyPack`` out, or ``PackError`` with everything wrong.

How a pack extends another is told in ``heads``; its collections are replaced entry by entry (a step's limits as one).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from wenqu.rulebook.duties.model import DutyPack
from wenqu.rulebook.duties.reading import (
    read_alarm,
    read_cadence,
    read_categories,
    read_escalation,
    read_kinds,
    read_limits,
    read_names,
    read_reopen,
    read_severities,
)
from wenqu.rulebook.heads import Resolve, Shelf, inherit, read_head, read_toml
from wenqu.rulebook.problems import Problems
from wenqu.rulebook.schema import Table

PACKS = Path(__file__).parent / "packs"
KIND = "duties"
_ENTRIES = ("kinds", "categories", "severities", "ways", "levels", "escalation", "limits", "kind_limits", "cadence")


def parse_duties(text: str, origin: str, resolve: Resolve | None = None) -> DutyPack:
    """A duty pack from its TOML text. ``origin`` names it in problems; ``resolve`` finds the pack that it extends."""
    problems = Problems(origin)
    return read_pack(inherit(read_toml(text, problems), (KIND,), _ENTRIES, resolve or SHELF.pack, problems), origin, problems)


def read_pack(content: Mapping[str, object], origin: str, problems: Problems | None = None) -> DutyPack:
    """A duty pack from resolved content; ``PackError`` with all that is wrong, what was found before included."""
    problems = problems or Problems(origin)
    root = Table(content, "", problems)
    categories = read_categories(root)
    kinds = read_kinds(root, categories)
    reopen = read_reopen(root)
    pack = DutyPack(
        **vars(read_head(root, (KIND,), content, origin)),
        kinds=kinds,
        categories=categories,
        severities=read_severities(root),
        ways=read_names(root, "ways"),
        levels=read_names(root, "levels"),
        escalation=read_escalation(root),
        reopen_days=int(reopen.value),
        reopen=reopen,
        alarm=read_alarm(root),
        cadence=read_cadence(root),
        limits=read_limits(root, kinds),
    )
    root.done()
    problems.refuse()
    return pack


SHELF = Shelf(PACKS, "职责时限包", parse_duties)
duty_pack_ids, duty_pack, duty_file = SHELF.ids, SHELF.pack, SHELF.from_file
