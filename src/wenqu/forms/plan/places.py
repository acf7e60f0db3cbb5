"""From where an expression is asked, and what there is to ask for."""

from __future__ import annotations

from dataclasses import dataclass, field

from wenqu.forms.plan.lists import Lists


@dataclass(frozen=True, slots=True)
class Place:
    """From where an expression is asked: a path of the form, or (``rows``) a row of a list."""

    path: str
    outer: str = ""
    rows: str = ""
    condition: bool = False


@dataclass(slots=True)
class Form:
    """What paths there are: each with the repeats that it lies in, itself included."""

    paths: dict[str, bool]
    repeats: set[str]
    lists: Lists
    used: set[str] = field(default_factory=set)

    def repeats_of(self, path: str) -> list[str]:
        """The repeats of a path, from the outside in."""
        parts = path.split("/")
        return [each for n in range(2, len(parts) + 1) if (each := "/".join(parts[:n])) in self.repeats]
