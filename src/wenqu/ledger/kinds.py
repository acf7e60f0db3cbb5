"""Names of what the duty packs name: kinds of problems, severities, levels and categories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wenqu.kit.languages import in_english
from wenqu.rulebook.duties import duty_pack

# Kinds, ways and the reopening days, without any limit: for counties that have chosen nothing yet.
BASE = "duties-base"


def kinds() -> dict[str, str]:
    """kind -> its name in the language of now, in the order of the pack."""
    return {kind: _named(each) for kind, each in duty_pack(BASE).kinds.items()}


def kind_name(kind: str) -> str:
    """The name of a kind; the code itself for one that no pack names any more."""
    return _name(duty_pack(BASE).kinds, kind)


def severity_name(code: str) -> str:
    """The name of a severity in the language of now."""
    return _name(duty_pack(BASE).severities, code)


def level_name(code: str) -> str:
    """The name of a level in the language of now."""
    return _name(duty_pack(BASE).levels, code)


def kind_name_zh(kind: str) -> str:
    """The name on official sheets, which are Chinese whatever the page's language."""
    return _name_zh(duty_pack(BASE).kinds, kind)


def severity_name_zh(code: str) -> str:
    """The same of a severity."""
    return _name_zh(duty_pack(BASE).severities, code)


def level_name_zh(code: str) -> str:
    """The same of a level."""
    return _name_zh(duty_pack(BASE).levels, code)


def categories() -> dict[str, str]:
    """category (a row of the found/fixed tables) -> its name in the language of now, in the order of the pack."""
    return {name: _named(each) for name, each in duty_pack(BASE).categories.items()}


def kinds_of(category: str) -> list[str]:
    return [name for name, each in duty_pack(BASE).kinds.items() if each.category == category]


def _name(group: Mapping[str, Any], code: str) -> str:
    return _named(group[code]) if code in group else code


def _name_zh(group: Mapping[str, Any], code: str) -> str:
    return str(group[code].zh) if code in group else code


def _named(each: Any) -> str:
    return str(each.en if in_english() else each.zh)
