"""Packs of every kind under one name each: by id or file, with the manual of their kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wenqu.rulebook import loader
from wenqu.rulebook.duties import loader as duties
from wenqu.rulebook.duties.manual import manual as duty_manual
from wenqu.rulebook.heads import read_text, read_toml
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

    ids: Callable[[], tuple[str, ...]]
    by_id: Callable[[str], Head]
    from_file: Callable[[Path], Head]
    manual: Callable[[Any, str], str]


_PLAIN = Kind(loader.pack_ids, loader.load_pack, loader.load_pack, manual)
_OTHER = {
    duties.KIND: Kind(duties.duty_pack_ids, duties.duty_pack, duties.duty_file, duty_manual),
    procedures.KIND: Kind(procedures.procedure_pack_ids, procedures.procedure_pack, procedures.procedure_file, procedure_manual),
    MEASURES: Kind(measures.measure_pack_ids, measures.measure_pack, measures.measure_file, measure_manual),
    JUDGING: Kind(judging.judging_pack_ids, judging.judging_pack, judging.judging_file, judging_manual),
    PLANS: Kind(plans.plan_pack_ids, plans.plan_pack, plans.plan_file, plan_manual),
}
KINDS = (_PLAIN, *_OTHER.values())


def every_pack_id() -> tuple[str, ...]:
    """Ids of all packs that come with Wenqu, kind by kind."""
    return tuple(name for kind in KINDS for name in kind.ids())


def any_pack(name: str) -> Head:
    """A pack of any kind by its id or from a ``.toml`` file; ``PackError`` when it is not there or bad."""
    if not name.endswith(".toml"):
        return next((kind for kind in KINDS if name in kind.ids()), _PLAIN).by_id(name)
    path = Path(name)
    return _OTHER.get(str(read_toml(read_text(path), Problems(name)).get("kind")), _PLAIN).from_file(path)


def any_manual(pack: Head, lang: str) -> str:
    """The manual of a pack of any kind in "zh" or "en"."""
    return _OTHER.get(pack.kind, _PLAIN).manual(pack, lang)
