"""Typed readers of environment settings that refuse bad values and say what to do."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import dj_database_url


class BadSetting(Exception):
    """An environment setting that cannot be used; the message names it and says what is accepted."""


def text(name: str, default: str = "") -> str:
    # Set to nothing is not set, as for the other readers.
    return os.environ.get(name) or default


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


def database(name: str, default: str) -> dict[str, Any]:
    """A database by its address. The address may hold a password: it is never repeated."""
    try:
        found: dict[str, Any] = dict(dj_database_url.parse(os.environ.get(name) or default))
    except Exception:
        raise BadSetting(f"环境变量 {name} 无法识别：请写成 postgres://用户:密码@主机:端口/库名（密码中的特殊字符用 %XX 表示）") from None
    kind = str(found.get("ENGINE", "")).rpartition(".")[2]
    if kind not in {"sqlite3", "postgresql"}:
        raise BadSetting(f"环境变量 {name} 指向 {kind or '未知的数据库'}：只能用 PostgreSQL（postgres://…）或 SQLite（sqlite:///…）")
    if not found.get("NAME"):
        raise BadSetting(f"环境变量 {name} 没有写库名：请写成 postgres://用户:密码@主机:端口/库名")
    return found


def time_zone(name: str, default: str) -> str:
    value = os.environ.get(name) or default
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        raise BadSetting(f"环境变量 {name}={value!r} 不是时区名：请写如 Asia/Shanghai") from None
    return value


def origins(name: str) -> list[str]:
    """Origins of pages, each with its scheme and host and nothing more."""
    found = words(name, "")
    for each in found:
        parts = urlsplit(each)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path or parts.query:
            raise BadSetting(f"环境变量 {name} 中的 {each!r} 写法不对：请写如 https://water.example.gov.cn")
    return found


def file(name: str) -> str:
    """A file that must be there when it is named."""
    value = os.environ.get(name, "")
    if value and not os.access(value, os.R_OK):
        raise BadSetting(f"环境变量 {name}={value!r}：没有这个文件，或没有读取权限")
    return value
