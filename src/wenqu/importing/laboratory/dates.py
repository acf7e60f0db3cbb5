"""The day on which a sample was taken, in the order of day, month and year that the mapping names."""

from __future__ import annotations

import re
from datetime import date

from wenqu.importing.cell_people import read_date
from wenqu.importing.cells import plain

_OTHER = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[ T]\d{1,2}:.*)?", re.ASCII)


def read_day(raw: str, order: str) -> date | None:
    """The day; ``None`` for anything that is not one day, such as 05/06/2024 where no order was named."""
    text = plain(raw)
    found = _OTHER.fullmatch(text) if order != "year-month-day" else None
    if found is None:
        return read_date(text) if not re.search(r"\d\s*(至|到|~|～|—|--)\s*\d", text) else None
    first, second, year = map(int, found.groups())
    month, day = (first, second) if order.startswith("month") else (second, first)
    try:
        return date(year, month, day)
    except ValueError:
        return None
