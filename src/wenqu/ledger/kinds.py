"""Names of the kinds of problems and ways in, which are data of the duty packs."""

from __future__ import annotations

from django.utils.translation import get_language

from wenqu.rulebook.duties import duty_pack

BASE = "duties-base"


def kinds() -> dict[str, str]:
    """kind -> its name in the language of now, in the order of the pack."""
    return {kind: _named(each) for kind, each in duty_pack(BASE).kinds.items()}


def kind_name(kind: str) -> str:
    """The name of a kind; the code itself for one that no pack names any more."""
    each = duty_pack(BASE).kinds.get(kind)
    return kind if each is None else _named(each)


def kind_name_zh(kind: str) -> str:
    """The name on official sheets, which are Chinese whatever the page's language."""
    each = duty_pack(BASE).kinds.get(kind)
    return kind if each is None else str(each.zh)


def _named(each: object) -> str:
    return str(getattr(each, "en" if (get_language() or "").startswith("en") else "zh"))


def categories() -> dict[str, str]:
    """category (a row of the found/fixed tables) -> its name in the language of now, in the order of the pack."""
    return {name: _named(each) for name, each in duty_pack(BASE).categories.items()}


def kinds_of(category: str) -> list[str]:
    return [name for name, each in duty_pack(BASE).kinds.items() if each.category == category]
