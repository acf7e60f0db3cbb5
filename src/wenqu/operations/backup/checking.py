"""Verify a backup: every checksum, the database inside, the files its rows refer to, the keys at hand."""

from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from wenqu.kit.crypto.keys import BadKeys
from wenqu.kit.refusal import Refused
from wenqu.operations.backup import postgres, proofs, sqlite
from wenqu.operations.backup.describing import lacking_keys
from wenqu.operations.backup.files import needed_files
from wenqu.operations.backup.making import check_room
from wenqu.operations.backup.manifest import Manifest, absent
from wenqu.operations.backup.reading import Archive, Broken, Told, opened


@dataclass(frozen=True)
class Verdict:
    """What a check that found nothing broken has to say."""

    manifest: Manifest
    notes: list[str]


def check_backup(path: Path, told: Told) -> Verdict:
    """Check a backup from end to end. `Broken` names the first member that is wrong."""
    with opened(path) as archive:
        manifest, done = archive.manifest, 0
        total = sum(member.size for member in manifest.members)

        def read(size: int) -> None:
            nonlocal done
            done += size
            told("校验", done, total)

        with tempfile.TemporaryDirectory(prefix="wenqu-verify-") as place:
            for member in manifest.members:
                if member != archive.database:
                    archive.copy(member, None, read)
                    continue
                packed = Path(place, "database")
                check_room(packed.parent, member.size + (manifest.database_bytes if manifest.engine == "sqlite" else 0))
                with packed.open("wb") as target:
                    archive.copy(member, target, read)
                _check_database(archive, packed)
        return Verdict(manifest, [*_about_missing(manifest), *_about_keys(manifest), *_about_evidence(manifest)])


def _check_database(archive: Archive, packed: Path) -> None:
    name, manifest = archive.database.name, archive.manifest
    if manifest.engine == "postgresql":
        wrong = postgres.readable(packed)
        if wrong:
            raise Broken(name, f"备份里的数据库读不出来：{wrong}")
        return
    plain = packed.with_suffix(".sqlite3")
    try:
        with packed.open("rb") as source:
            sqlite.expand(source, plain)
    except Refused as refusal:
        raise Broken(name, refusal.message) from None
    check_sqlite(name, plain, manifest)
    plain.unlink()


def check_sqlite(name: str, plain: Path, manifest: Manifest) -> None:
    """The database is sound, has the rows that the manifest counts, and refers to no file that is not there."""
    wrong = sqlite.damage(plain)
    if wrong:
        raise Broken(name, f"备份里的数据库没有通过完整性检查：{wrong}")
    with closing(sqlite.opened(plain)) as con:
        rows = sqlite.reader(con)
        counted = {table: rows(f'SELECT count(*) FROM "{table}"')[0][0] for table in sqlite.tables(rows)}
        if counted != manifest.rows:
            raise Broken(name, "备份里的数据库与清单的行数不符")
        gone = [each for each in absent(needed_files(rows, manifest), set(manifest.by_name)) if each not in manifest.missing]
    if gone:
        raise Broken(gone[0], f"备份不完整：缺少数据库所引用的文件 {gone[0]}")


def _about_missing(manifest: Manifest) -> list[str]:
    if not manifest.missing:
        return []
    return [f"做备份时就有 {len(manifest.missing)} 个被引用的文件不在，第一个是 {manifest.missing[0]}"]


def _about_evidence(manifest: Manifest) -> list[str]:
    return [proofs.summary(manifest)] if proofs.is_elsewhere(manifest) else []


def _about_keys(manifest: Manifest) -> list[str]:
    try:
        lacking = lacking_keys(manifest)
    except BadKeys as error:
        return [str(error)]
    if not manifest.keys:
        return ["做备份时没有密钥文件，备份里没有密钥指纹"]
    if lacking is None:
        return [f"本机没有密钥文件，没有核对密钥（备份的密钥指纹 {manifest.keys['fingerprint']}）"]
    if lacking:
        return [f"本机的密钥文件打不开这个备份：缺少或不同的密钥 {'、'.join(lacking)}（备份的密钥指纹 {manifest.keys['fingerprint']}）"]
    return []
