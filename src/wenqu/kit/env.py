"""Typed readers of environment settings that refuse bad values and say what to do."""

from __future__ import annotations

import os


class BadSetting(Exception):
    """An environment setting that cannot be used; the message names it and says what is accepted."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def flag(name: str, default: bool) -> bool:
    raw = os.environ.get(name)
    if raw is None or raw == "":
        return default
    if raw.lower() in {"1", "true", "yes", "on"}:
        return True
    if raw.lower() in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(f"环境变量 {name}={raw!r} 无法识别：请写 1 或 0")


def whole(name: str, default: int, *, low: int, high: int) -> int:
    raw = os.environ.get(name)
    if raw is None or raw == "":
        return default
    try:
        value = int(raw)
    except ValueError:
        raise BadSetting(f"环境变量 {name}={raw!r} 不是整数") from None
    if not low <= value <= high:
        raise BadSetting(f"环境变量 {name}={value} 超出范围 {low}–{high}")
    return value


def words(name: str, default: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def choice(name: str, default: str, accepted: tuple[str, ...]) -> str:
    value = os.environ.get(name) or default
    if value not in accepted:
        raise BadSetting(f"环境变量 {name}={value!r} 不在可选范围内：{'、'.join(accepted)}")
    return value
