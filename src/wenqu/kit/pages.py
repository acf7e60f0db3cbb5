"""The links below a list that is shown page by page, as `web/_pager.html` draws them."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict


def pager(query: QueryDict, name: str, following: Any, note: str = "") -> dict[str, str]:
    """`name` says in the address where a page begins: the first one has none, the next one begins at `following`
    (None: this is the last). Whatever else stands in the address stays."""
    values = query.copy()
    began = values.pop(name, [""])[-1]
    first = f"?{values.urlencode()}" if began not in {"", "0"} else ""
    values[name] = str(following)
    return {"first": first, "next": "" if following is None else f"?{values.urlencode()}", "note": note}
