"""One way of writing a pack's content: as JSON for the digest, as TOML for keeping a self-contained copy."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from decimal import Decimal

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _plain(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        # 1.0 and 1 and 1.00 are one limit.
        return _digits(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return _digits(Decimal(value))
    # A date written without quotes is refused later, by name; here it must only not fail.
    return value if isinstance(value, bool) else str(value)


def _digits(value: Decimal) -> dict[str, str]:
    text = format(value.normalize(), "f")
    return {"number": text}


def digest(content: Mapping[str, object]) -> str:
    """SHA-256 (hex) over the canonical JSON of the content; order of keys and comments do not matter."""
    text = json.dumps(_plain(content), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def dump_toml(content: Mapping[str, object]) -> str:
    """The content as TOML that ``tomllib`` reads back to the same content."""
    lines: list[str] = []
    _table(content, (), lines)
    return "\n".join(lines).strip() + "\n"


def _table(data: Mapping[str, object], path: tuple[str, ...], lines: list[str]) -> None:
    inner = {key: value for key, value in data.items() if isinstance(value, Mapping) and not _is_leaf(value)}
    if path and (len(inner) < len(data) or not data):
        lines += ["", f"[{'.'.join(map(_key, path))}]"]
    lines += [f"{_key(key)} = {_value(value)}" for key, value in data.items() if key not in inner]
    for key, value in inner.items():
        _table(value, (*path, key), lines)


def _is_leaf(value: Mapping[str, object]) -> bool:
    """A citation is short enough for one line."""
    return not any(isinstance(inner, Mapping | list) for inner in value.values())


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _value(key)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        # tomllib tells integers from floats by the point; keep what was written.
        text = format(value, "f")
        return text if "." in text else f"{text}.0"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
