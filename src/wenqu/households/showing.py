"""What of a household's personal data one person is shown: the one place that page, list, search, export and API ask.

Names and telephones go by the rights held where the household lies; identity and account numbers are always masked,
and shown whole only one by one, with a reason (`households.reveal`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from wenqu.households.models import Member
from wenqu.kit import masking
from wenqu.kit.crypto.fields import Sealed
from wenqu.places.rights import Right
from wenqu.places.scope import Area


def clear(number: Sealed | str | None) -> str:
    """The text of a number, sealed or not."""
    return number.open() if isinstance(number, Sealed) else number or ""


@dataclass(frozen=True)
class Showing:
    """The areas in which names and telephones are shown whole."""

    names: Area
    phones: Area

    def name(self, text: str, path: str) -> str:
        return text if self.names.covers(path) else masking.name(text)

    def kept_name(self, text: str, path: str) -> str:
        """«张三（6101…）» as a problem or a notice keeps a household's name: what stands before the bracket is the name."""
        name, bracket, rest = text.rpartition("（")
        return self.name(name if bracket else rest, path) + (bracket + rest if bracket else "")

    def phone(self, number: Sealed | str | None, path: str) -> str:
        return clear(number) if self.phones.covers(path) else masking.phone(clear(number))

    def identity(self, number: Sealed | str | None) -> str:
        return masking.identity(clear(number))

    def account(self, number: Sealed | str | None) -> str:
        return masking.account(clear(number))


@lru_cache(maxsize=256)
def showing(area: Area) -> Showing:
    """By the duties of an area, whatever it is narrowed to."""
    return Showing(area.may(Right.WHOLE_NAMES), area.may(Right.WHOLE_PHONES))


def name_shown(row: Any, area: Area) -> str:
    """The name of a household (its head) or of a member, as this area is shown it."""
    if isinstance(row, Member):
        return showing(area).name(row.name, row.household.path)
    return showing(area).name(row.head_name, row.path)
