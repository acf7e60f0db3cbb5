"""What differs between two packs: limits, rules and words first, citations after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from wenqu.rulebook.model import Head
from wenqu.rulebook.names import measured

_HEAD = ("id", "lineage", "zh", "en", "edition", "region", "notes")
_CITATION = ("date", "clause", "document", "confidence", "note")


@dataclass(frozen=True, slots=True)
class Difference:
    """One key that differs. ``what`` is "added", "removed", "changed", or "citation" (same value, other source)."""

    key: str
    what: str
    before: str
    after: str


def differences(before: Head, after: Head) -> tuple[Difference, ...]:
    """All differences of the resolved contents, sorted by key; ids, names and notes do not count."""
    old, new = dict(_leaves(before.content)), dict(_leaves(after.content))
    found = []
    for key in sorted(old.keys() | new.keys()):
        if key not in old:
            found.append(Difference(key, "added", "", new[key][0]))
        elif key not in new:
            found.append(Difference(key, "removed", old[key][0], ""))
        elif old[key][0] != new[key][0]:
            found.append(Difference(key, "changed", old[key][0], new[key][0]))
        elif old[key][1] != new[key][1]:
            found.append(Difference(key, "citation", old[key][1], new[key][1]))
    return tuple(found)


def difference_text(before: Head, after: Head) -> str:
    """The differences as Chinese lines, or one line saying that there are none."""
    found = differences(before, after)
    if not found:
        return f"{before.id} 与 {after.id} 的规则相同\n"
    titles = {"changed": "改变", "added": "新增", "removed": "去掉", "citation": "数值相同，依据不同"}
    lines = [f"{before.id}（{before.edition}） → {after.id}（{after.edition}）"]
    for what, title in titles.items():
        rows = [row for row in found if row.what == what]
        if rows:
            lines += ["", f"== {title}（{len(rows)}）", *map(_line, rows)]
    return "\n".join(lines) + "\n"


def _line(row: Difference) -> str:
    if row.what == "added":
        return f"  + {row.key}：{row.after}"
    if row.what == "removed":
        return f"  - {row.key}：{row.before}"
    return f"  {row.key}：{row.before} → {row.after}"


def _leaves(value: object, key: str = "") -> Iterator[tuple[str, tuple[str, str]]]:
    """(dotted key, (value as text, citation as text)) of everything; a cited number is one leaf."""
    if isinstance(value, Mapping):
        if "value" in value and "confidence" in value:
            # Number by number, so that 1.0 and 1 do not differ.
            yield key, (measured(_text(value["value"]), str(value.get("unit", "")), "zh"),
                        "；".join(str(value.get(name, "")) for name in _CITATION).strip("；"))
            return
        for name, inner in value.items():
            if key or name not in _HEAD:
                yield from _leaves(inner, f"{key}.{name}" if key else name)
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for index, row in enumerate(value, start=1):
            named = "-".join(str(row[name]) for name in ("region", "year") if name in row)
            yield from _leaves(row, f"{key}[{named or index}]")
    else:
        yield key, (_text(value), "")


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return "、".join(map(_text, value)) or "（空）"
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return format(Decimal(value).normalize(), "f")
    return str(value)
