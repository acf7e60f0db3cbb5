"""Put a backup back into an empty place.

Everything is unpacked beside its place and moved there only when all of it is there and checked. From the first byte
to the last step a marker stands in the data folder; while it stands nothing serves from there (`kit.boot`).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from wenqu.kit.boot import RESTORING
from wenqu.kit.crypto.keys import BadKeys
from wenqu.kit.refusal import Refused
from wenqu.operations.backup import postgres, sqlite
from wenqu.operations.backup.checking import check_sqlite
from wenqu.operations.backup.describing import lacking_keys
from wenqu.operations.backup.files import folders
from wenqu.operations.backup.making import check_room
from wenqu.operations.backup.manifest import ENGINES, Manifest
from wenqu.operations.backup.reading import Archive, Told, opened

STAGE = ".restoring"


def put_back(path: Path, told: Told, *, keys_needed: bool, warn: Callable[[str], None]) -> Manifest:
    """Unpack a backup into the data folder and the database of the settings. The marker stays for the caller to take away."""
    with opened(path) as archive:
        manifest = archive.manifest
        _check_same_engine(manifest)
        _check_not_newer(manifest)
        _check_keys(manifest, keys_needed, warn)
        _check_empty(path, manifest)
        _begin(path, manifest)
        stage = _fresh_stage()
        _check_room(archive, stage)
        packed = _unpack(archive, stage, told)
        if manifest.engine == "sqlite":
            _expand(archive, packed, stage, told)
        _move_files(stage)
        if manifest.engine == "sqlite":
            (stage / "wenqu.sqlite3").replace(_database_file())
        elif not _is_ours_already(manifest):
            postgres.restore(settings.DATABASES["default"], _server(), packed, lambda done, total: told("写入数据库", done, total))
        shutil.rmtree(stage)
    return manifest


def finish() -> None:
    """The place may serve from now on."""
    _sync(Path(settings.DATA_DIR))
    marker().unlink()


def marker() -> Path:
    return Path(settings.DATA_DIR, RESTORING)


def _engine() -> str:
    return "sqlite" if "sqlite" in settings.DATABASES["default"]["ENGINE"] else "postgresql"


def _database_file() -> Path:
    return Path(settings.DATABASES["default"]["NAME"])


def _check_same_engine(manifest: Manifest) -> None:
    here = _engine()
    if here != manifest.engine:
        raise Refused(
            "other_engine",
            f"备份来自 {ENGINES[manifest.engine]}，这里用的是 {ENGINES[here]}，不能跨数据库恢复：请把 DATABASE_URL 设为{ENGINES[manifest.engine]} 的空数据库",
        )


def _check_not_newer(manifest: Manifest) -> None:
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    unknown = [each for each in manifest.migrations if each not in known]
    if unknown:
        raise Refused("newer_version", f"备份来自更新的版本（{manifest.product}，数据库结构 {unknown[-1]}）：请先升级问渠，再恢复")


def _check_keys(manifest: Manifest, needed: bool, warn: Callable[[str], None]) -> None:
    """The key file at hand opens what the backup holds, or the operator said to go on without."""
    try:
        lacking = lacking_keys(manifest)
        problem = ""
        if manifest.keys and lacking is None:
            problem = f"没有找到密钥文件 {settings.KEYS_FILE}"
        elif lacking:
            problem = f"密钥文件 {settings.KEYS_FILE} 缺少备份所用的密钥，或密钥不同：{'、'.join(lacking)}"
    except BadKeys as error:
        problem = str(error)
    if problem and needed:
        raise Refused(
            "wrong_keys",
            f"{problem}（备份的密钥指纹 {manifest.keys.get('fingerprint', '')}）。请用 WENQU_KEYS 指定正确的密钥文件；"
            "密钥确实丢失时可加 --without-keys 恢复，但已加密的证件号码、电话和账号将无法打开",
        )
    if problem:
        warn(f"注意：{problem}。已加密的证件号码、电话和账号无法打开，网页服务也要等正确的密钥文件到位才能启动")


def _places() -> dict[str, Path]:
    """Name in the backup -> the folder it goes to."""
    return folders()


def _check_empty(path: Path, manifest: Manifest) -> None:
    """Nothing is there that a restore could mix with or write over. What an interrupted restore left is taken away."""
    if marker().exists():
        _sweep()
    data = Path(settings.DATA_DIR)
    found = [folder for folder in _places().values() if folder.is_dir() and any(folder.iterdir())]
    if _engine() == "sqlite":
        found += [each for each in _database_file().parent.glob(f"{_database_file().name}*") if each.stat().st_size]
    if found:
        raise Refused("not_empty", f"只能恢复到空的数据目录，{data} 里已有：{'、'.join(str(each) for each in found)}。请换一个 WENQU_DATA，或先把它们移走")
    if _engine() == "postgresql":
        tables = _tables()
        if tables and not (marker().exists() and _is_ours_already(manifest)):
            raise Refused("not_empty", f"只能恢复到空的数据库，这个数据库里已有 {len(tables)} 张表（如 {tables[0]}）。请新建一个空数据库，写入 DATABASE_URL")


def _sweep() -> None:
    """Take away what an interrupted restore put here: the place was empty when it began, and nothing served from it since."""
    try:
        placed = json.loads(marker().read_text(encoding="utf-8"))["places"]
    except (ValueError, KeyError, TypeError):
        placed = []
    for each in [str(Path(settings.DATA_DIR, STAGE)), *placed]:
        path = Path(each)
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _begin(path: Path, manifest: Manifest) -> None:
    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True, mode=0o700)
    places = [str(folder) for folder in _places().values()]
    if manifest.engine == "sqlite":
        places += [f"{_database_file()}{end}" for end in ("", "-wal", "-shm")]
    marker().write_text(json.dumps({"from": path.name, "places": places}, ensure_ascii=False), encoding="utf-8")
    _sync(Path(settings.DATA_DIR))


def _fresh_stage() -> Path:
    stage = Path(settings.DATA_DIR, STAGE)
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(mode=0o700)
    return stage


def _check_room(archive: Archive, stage: Path) -> None:
    manifest = archive.manifest
    check_room(stage, sum(member.size for member in manifest.members) + (manifest.database_bytes if manifest.engine == "sqlite" else 0))


def _unpack(archive: Archive, stage: Path, told: Told) -> Path:
    """Every file into the stage, its checksum compared on the way. Returns where the packed database lies."""
    total, done = sum(member.size for member in archive.manifest.members), 0
    packed = stage / "database.packed"

    def read(size: int) -> None:
        nonlocal done
        done += size
        told("解包", done, total)

    for member in archive.manifest.members:
        if member.name.startswith("packs/"):
            continue  # kept for the record: a run's pack lies in its row, and packs come with the program
        target = packed if member == archive.database else stage / member.name
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            archive.copy(member, file, read)
            file.flush()
            os.fsync(file.fileno())
    return packed


def _expand(archive: Archive, packed: Path, stage: Path, told: Told) -> None:
    plain = stage / "wenqu.sqlite3"
    told("检查数据库", 0, 1)
    with packed.open("rb") as source:
        sqlite.expand(source, plain)
    plain.chmod(0o600)
    check_sqlite(archive.database.name, plain, archive.manifest)
    packed.unlink()
    with plain.open("rb") as file:
        os.fsync(file.fileno())
    told("检查数据库", 1, 1)


def _move_files(stage: Path) -> None:
    for name, folder in _places().items():
        if not (stage / name).is_dir():
            continue
        if folder.is_dir():
            folder.rmdir()  # empty: it was looked at
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(stage / name, folder)


def _tables() -> list[str]:
    with postgres.snapshot(settings.DATABASES["default"]) as (rows, _name):
        return postgres.tables(rows)


def _server() -> int:
    with postgres.snapshot(settings.DATABASES["default"]) as (rows, _name):
        return postgres.server_version(rows)


def _is_ours_already(manifest: Manifest) -> bool:
    """Whether an interrupted restore of this backup had put the database there already: all of it came in one transaction."""
    with postgres.snapshot(settings.DATABASES["default"]) as (rows, _name):
        if not set(manifest.rows) <= set(postgres.tables(rows)):
            return False
        head: list[tuple[Any, ...]] = rows("SELECT seq, digest FROM kit_auditseal ORDER BY seq DESC LIMIT 1")
        applied = rows("SELECT count(*) FROM kit_auditentry")[0][0]
    told = manifest.audit
    return applied >= told["entries"] and (not told["sealed"] or bool(head) and head[0][0] >= told["sealed"])


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
