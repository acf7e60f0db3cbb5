"""What a backup says of itself: the manifest at its end, with a checksum of every member."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from wenqu.kit.refusal import Refused

FORMAT, VERSION = "wenqu-backup", 1
# The last two members. The sum guards the manifest as the manifest guards the rest.
MANIFEST, SUM = "manifest.json", "manifest.sha256"
DATABASE = {"sqlite": "database/wenqu.sqlite3.zst", "postgresql": "database/wenqu.pgdump"}
ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class Member:
    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """`needed` are the files that rows of the database refer to (a name that ends with `/source.` stands for whatever
    begins so); `missing` are those of them that were gone when the backup was made."""

    product: str
    made_at: str
    engine: str
    engine_version: str
    database_bytes: int
    migrations: list[str]
    rows: dict[str, int]
    needed: list[str]
    missing: list[str]
    packs: list[dict[str, str]]
    keys: dict[str, Any]
    audit: dict[str, Any]
    settings: dict[str, Any]
    # Where the evidence lies, how many contents there are, and the hashes of those that are not in the backup.
    evidence: dict[str, Any] = field(default_factory=dict)
    members: list[Member] = field(default_factory=list)

    def text(self) -> str:
        return json.dumps({"format": FORMAT, "version": VERSION, **asdict(self)}, ensure_ascii=False, indent=1)

    @property
    def by_name(self) -> dict[str, Member]:
        return {member.name: member for member in self.members}

    @property
    def files(self) -> list[Member]:
        return [member for member in self.members if not member.name.startswith(("database/", "packs/"))]


def parse_manifest(text: str) -> Manifest:
    """The manifest of its text. `Refused` where it is none, or of a later format."""
    try:
        raw = json.loads(text)
        if raw.pop("format") != FORMAT:
            raise ValueError(FORMAT)
        version = raw.pop("version")
        if version != VERSION:
            raise Refused("backup_too_new", f"这个备份的格式是第 {version} 版，本程序只认第 {VERSION} 版：请用做备份时的版本或更新的版本")
        found = Manifest(**{**raw, "members": [Member(**each) for each in raw["members"]]})
        if not _sound(found):
            raise ValueError("types")
        return found
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused("not_a_backup", f"备份的清单 {MANIFEST} 无法识别") from None


def _sound(manifest: Manifest) -> bool:
    """Whether everything is of its kind: a manifest that was written by hand is refused in words, not by a traceback."""
    texts = [*manifest.migrations, *manifest.needed, *manifest.missing, manifest.engine, manifest.made_at, manifest.product]
    maps = [manifest.rows, manifest.keys, manifest.keys.get("each", {}), manifest.audit, manifest.settings, manifest.evidence, *manifest.packs]
    members = all(isinstance(each.name, str) and isinstance(each.size, int) and isinstance(each.sha256, str) for each in manifest.members)
    return members and isinstance(manifest.database_bytes, int) and all(isinstance(each, str) for each in texts) and all(isinstance(each, dict) for each in maps)


def absent(needed: list[str], names: set[str]) -> list[str]:
    """The needed files that are not among the names."""
    heads = {f"{name.rpartition('/')[0]}/source." for name in names if name.rpartition("/")[2].startswith("source.")}
    return [each for each in needed if each not in names and each not in heads]
