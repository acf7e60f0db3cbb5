"""Registers of the rooms above: they offer their columns, their comparison and what it makes, and are imported as our own are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from wenqu.registers.catalogues import CATALOGUES, Catalogue

if TYPE_CHECKING:
    # The engine is loaded when the first comparison starts, not when a server starts.
    from wenqu.registers.plan import Plan


@dataclass(frozen=True)
class Register:
    """`planner` compares and gives the plan its writer; `makes` are the labels of the tables that it fills, those that point to others
    first; `entities` are the words for what a plan tells that it would make."""

    catalogue: Catalogue
    planner: Callable[[Plan], None]
    makes: tuple[str, ...]
    entities: Mapping[str, str | Promise] = field(default_factory=dict)


_offered: dict[str, Register] = {}


def offer_register(register: Register) -> None:
    """Offer a register once, from `AppConfig.ready`."""
    _offered[register.catalogue.kind] = register
    CATALOGUES[register.catalogue.kind] = register.catalogue


def offered(kind: str) -> Register | None:
    """The register of a room above; None for one of our own."""
    return _offered.get(kind)


def made_above() -> list[str]:
    """The labels of all tables that rooms above fill: their rows point to ours, so undo takes them away first."""
    return list(dict.fromkeys(label for each in _offered.values() for label in each.makes))


def entities_above() -> dict[str, str | Promise]:
    """The words of the rooms above for what a batch made."""
    return {name: label for each in _offered.values() for name, label in each.entities.items()}
