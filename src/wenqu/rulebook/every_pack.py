"""Packs of every kind under one name each: by id or file, with the manual of their kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wenqu.rulebook import loader
from wenqu.rulebook.duties import loader as duties
from wenqu.rulebook.duties.manual import manual as duty_manual
from wenqu.rulebook.heads import Shelf, read_text, read_toml
from wenqu.rulebook.manual import manual
from wenqu.rulebook.model import Head
from wenqu.rulebook.problems import Problems
from wenqu.rulebook.quality.plans import loader as plans
from wenqu.rulebook.quality.plans.manual import manual as plan_manual
from wenqu.rulebook.quality.plans.model import KIND as PLANS
from wenqu.rulebook.watch.judging import loader as judging
from wenqu.rulebook.watch.judging.manual import manual as judging_manual
from wenqu.rulebook.watch.judging.model import KIND as JUDGING
from wenqu.rulebook.watch.measures import loader as measures
from wenqu.rulebook.watch.measures.manual import manual as measure_manual
from wenqu.rulebook.watch.measures.model import KIND as MEASURES
from wenqu.rulebook.watch.procedures import loader as procedures
from wenqu.rulebook.watch.procedures.manual import manual as procedure_manual


@dataclass(frozen=True, slots=True)
class Kind:
    """What there is to do with packs of a kind. ``manual`` takes the pack and "zh" or "en"."""

    shelf: Shelf[Any]
    manual: Callable[[Any, str], str]


_PLAIN = Kind(loader.SHELF, manual)
_OTHER = {
    duties.KIND: Kind(duties.SHELF, duty_manual),
    procedures.KIND: Kind(procedures.SHELF, procedure_manual),
    MEASURES: Kind(measures.SHELF, measure_manual),
    JUDGING: Kind(judging.SHELF, judging_manual),
    PLANS: Kind(plans.SHELF, plan_manual),
}
KINDS = (_PLAIN, *_OTHER.values())


def every_pack_id() -> tuple[str, ...]:
    """Ids of all packs that come with Wenqu, kind by kind."""
    return tuple(name for kind in KINDS for name in kind.shelf.ids())


def any_pack(name: str) -> Head:
    """A pack of any kind by its id or from a ``.toml`` file; ``PackError`` when it is not there or bad."""
    if not name.endswith(".toml"):
        return next((kind for kind in KINDS if name in kind.shelf.ids()), _PLAIN).shelf.pack(name)
    path = Path(name)
    return _OTHER.get(str(read_toml(read_text(path), Problems(name)).get("kind")), _PLAIN).shelf.from_file(path)


def any_manual(pack: Head, lang: str) -> str:
    """The manual of a pack of any kind in "zh" or "en"."""
    return _OTHER.get(pack.kind, _PLAIN).manual(pack, lang)
