"""What the manifest tells of a snapshot: rows, migrations, packs, the audit chain's head, keys by fingerprint, settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from django.conf import settings
from django.utils import timezone

from wenqu.judging.models import Run
from wenqu.kit.crypto.keys import BadKeys, Key, Keyring, load
from wenqu.kit.models import AuditEntry, AuditSeal
from wenqu.operations.backup import proofs
from wenqu.operations.backup.manifest import Manifest
from wenqu.rulebook.loader import load_pack, pack_ids

Rows = Callable[[str], list[tuple[Any, ...]]]
# Settings that change what people see; none of them is a secret.
TOLD = ("TIME_ZONE", "DEFAULT_PACK", "ALLOWED_HOSTS", "HTTPS", "PROXY", "UPLOAD_LIMIT_BYTES", "CIPHER", "DEMO")


def describe(rows: Rows, tables: list[str], engine: str, engine_version: str, size: int, at: datetime) -> Manifest:
    """The manifest of a snapshot, still without its members."""
    applied = [f"{app}.{name}" for app, name in rows("SELECT app, name FROM django_migrations ORDER BY id")]
    return Manifest(
        product=version("wenqu"), made_at=timezone.localtime(at).isoformat(timespec="seconds"), engine=engine, engine_version=engine_version,
        database_bytes=size, migrations=applied, rows={table: rows(f'SELECT count(*) FROM "{table}"')[0][0] for table in tables},
        needed=[], missing=[], packs=_packs(rows), keys=keys_told(), audit=_audit(rows),
        settings={name: getattr(settings, name) for name in TOLD if hasattr(settings, name)}, evidence=proofs.told(rows, tables),
    )


def _packs(rows: Rows) -> list[dict[str, str]]:
    """The packs by which runs were made, and those that come with this version. A run keeps its pack's text in its row."""
    used: list[Any] = rows(f'SELECT DISTINCT pack_id, digest FROM "{Run._meta.db_table}" ORDER BY pack_id, digest')
    carried: list[Any] = [(each, load_pack(each).digest) for each in pack_ids()]
    found = dict.fromkeys(carried, "carried") | dict.fromkeys(used, "judged_by")
    return [{"id": pack, "digest": digest, "why": why} for (pack, digest), why in sorted(found.items())]


def _audit(rows: Rows) -> dict[str, Any]:
    entries = rows(f'SELECT count(*) FROM "{AuditEntry._meta.db_table}"')[0][0]
    head = rows(f'SELECT seq, digest FROM "{AuditSeal._meta.db_table}" ORDER BY seq DESC LIMIT 1')
    return {"entries": entries, "sealed": head[0][0] if head else 0, "head": head[0][1] if head else ""}


def keys_told() -> dict[str, Any]:
    """Fingerprints of the key file at hand: of the whole, and of each key, for the file grows with every rotation."""
    try:
        ring = load(Path(settings.KEYS_FILE))
    except BadKeys:
        return {}
    return {"fingerprint": ring.fingerprint, "each": prints(ring)}


def prints(ring: Keyring) -> dict[str, str]:
    """Name -> fingerprint of each key; tells nothing of the key."""
    return {key.name: _print(key) for key in [*ring.keys.values(), *ring.indexes.values()]}


def _print(key: Key) -> str:
    digest = hashes.Hash(hashes.SM3())
    digest.update(f"wenqu key {key.name}:{key.algorithm}:".encode() + key.secret)
    return digest.finalize().hex()[:16]


def lacking_keys(manifest: Manifest) -> list[str] | None:
    """The keys of the backup that the key file at hand has not, or has otherwise. None: there is no key file at hand.

    `BadKeys` where the file is there and unusable.
    """
    path = Path(settings.KEYS_FILE)
    if not path.exists():
        return None
    mine = prints(load(path))
    return [name for name, told in manifest.keys.get("each", {}).items() if mine.get(name) != told]
