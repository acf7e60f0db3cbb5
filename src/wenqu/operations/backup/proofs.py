"""The evidence of a backup: in a folder it goes along, in a bucket only its hashes are noted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings

from wenqu.evidence.models import Evidence
from wenqu.evidence.stores import name_of
from wenqu.operations.backup.manifest import Manifest

Rows = Callable[[str], list[tuple[Any, ...]]]
TABLE = Evidence._meta.db_table


def told(rows: Rows, tables: list[str]) -> dict[str, Any]:
    """What the manifest says of the evidence: where it lies, how much there is, and of what does not go along the hashes."""
    hashes = _hashes(rows, tables)
    if settings.EVIDENCE_STORAGE == "s3":
        return {"storage": "s3", "where": f"{settings.S3_ENDPOINT} {settings.S3_BUCKET}", "contents": len(hashes), "hashes": hashes}
    return {"storage": "local", "contents": len(hashes)}


def needed(rows: Rows, manifest: Manifest) -> list[str]:
    """The names in the backup of the contents that rows of the snapshot name; none where they lie in a bucket."""
    if manifest.evidence.get("storage") != "local":
        return []
    return [f"evidence/{name_of(sha256)}" for sha256 in _hashes(rows, list(manifest.rows))]


def _hashes(rows: Rows, tables: list[str]) -> list[str]:
    """In a backup of an earlier version there is no such table."""
    return [str(sha256) for (sha256,) in rows(f'SELECT DISTINCT sha256 FROM "{TABLE}" ORDER BY sha256')] if TABLE in tables else []


def summary(manifest: Manifest) -> str:
    """One line for people: how much evidence there is, and whether it is in the backup."""
    contents = manifest.evidence.get("contents", 0)
    if is_elsewhere(manifest):
        return f"佐证材料 {contents:,} 份，存放在 {manifest.evidence.get('where', 'S3')}，不在备份里（清单里有每份的摘要）：请另外备份这个存储桶"
    members = [each for each in manifest.members if each.name.startswith("evidence/")]
    return f"佐证材料 {contents:,} 份，{len(members):,} 个文件 {sum(each.size for each in members) / 1e6:,.1f} MB"


def is_elsewhere(manifest: Manifest) -> bool:
    return manifest.evidence.get("storage") == "s3"
