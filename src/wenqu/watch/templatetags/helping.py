"""How help is shown."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def yuan(fen: int | None) -> str:
    """Fen as yuan: 1234500 is «12,345», 1234567 is «12,345.67»; «–» where nobody told."""
    if fen is None:
        return "–"
    whole, rest = divmod(fen, 100)
    return f"{whole:,}.{rest:02}" if rest else f"{whole:,}"


@register.filter
def opened(sealed: object) -> str:
    """The text of a sealed field, for whoever sees the page."""
    return sealed.open() if hasattr(sealed, "open") else str(sealed or "")


@register.filter
def cell_of(row: object, kind: str) -> object:
    """The cell of a row of the report for a kind of object."""
    return row.cell(kind)  # type: ignore[attr-defined]


@register.filter
def value_of(names: dict[str, str], key: str) -> str:
    """A name by its key."""
    return names.get(key, key)
