"""Finds, resolves and checks packs: TOML text in, frozen ``Pack`` out, or ``PackError`` with everything that is wrong.

How a pack extends another is told in ``heads``; sentences, items, residuals and disinfectants are replaced entry by entry.
"""

from __future__ import annotations

from pathlib import Path

from wenqu.rulebook.heads import Resolve, Shelf, inherit, read_head, read_toml
from wenqu.rulebook.income import read_income
from wenqu.rulebook.indicators import read_indicators, read_sentences, read_switches
from wenqu.rulebook.model import Pack
from wenqu.rulebook.problems import PackError, PackProblem, Problems
from wenqu.rulebook.quality.control import read_control
from wenqu.rulebook.schema import Table
from wenqu.rulebook.water import read_water

__all__ = ["PackError", "load_pack", "pack_ids", "parse_pack"]

KINDS = ("four-indicators", "water-limits", "income-lines", "quality-control")
PACKS = Path(__file__).parent / "packs"
_ENTRIES = ("sentences", "items", "residuals", "disinfectants")


def pack_ids(kind: str | None = None) -> tuple[str, ...]:
    """Ids of the packs that come with Wenqu, sorted; only of one kind when asked."""
    ids = SHELF.ids()
    return ids if kind is None else tuple(i for i in ids if load_pack(i).kind == kind)


def load_pack(id_or_path: str | Path, kind: str | None = None) -> Pack:
    """A pack by its id or from a ``.toml`` file; ``PackError`` when it is not there, bad, or of another kind."""
    name = str(id_or_path)
    pack = SHELF.from_file(Path(name)) if name.endswith(".toml") else SHELF.pack(name)
    if kind is not None and pack.kind != kind:
        raise PackError([PackProblem(name, "kind", "kind_wrong", f"规则包类型是 {pack.kind}，这里要用 {kind}")])
    return pack


def parse_pack(text: str, origin: str, resolve: Resolve | None = None) -> Pack:
    """A pack from its TOML text. ``origin`` names it in problems; ``resolve`` finds the pack that it extends."""
    problems = Problems(origin)
    content = inherit(read_toml(text, problems), KINDS, _ENTRIES, resolve, problems)
    root = Table(content, "", problems)
    head = read_head(root, KINDS, content, origin)
    four = head.kind == "four-indicators"
    pack = Pack(
        **vars(head),
        indicators=read_indicators(root) if four else None,
        water=read_water(root) if head.kind == "water-limits" else None,
        income=read_income(root) if head.kind == "income-lines" else None,
        control=read_control(root) if head.kind == "quality-control" else None,
        sentences=read_sentences(root) if four else {},
        switches=read_switches(root) if four else (),
    )
    root.done()
    problems.refuse()
    return pack


SHELF = Shelf(PACKS, "规则包", parse_pack)
