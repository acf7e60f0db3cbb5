"""In which of the two languages a page is read."""

from __future__ import annotations

from typing import Literal

from django.utils.translation import get_language


def in_english() -> bool:
    return (get_language() or "").startswith("en")


def language() -> Literal["en", "zh"]:
    """As packs and units name theirs."""
    return "en" if in_english() else "zh"
