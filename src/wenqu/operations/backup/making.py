"""Make a backup: snapshot of the database first, then the files, which are written once and never changed."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import io
import os
import secrets
import shutil
import sqlite3
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from wenqu.kit.refusal import Refused
from wenqu.operations.backup import describing, postgres, sqlite
from wenqu.operations.backup.files import Found, found_files, needed_files
from wenqu.operations.backup.manifest import DATABASE, MANIFEST, SUM, Manifest, Member, absent

# told(stage, done, total); the stages are sentences.
Told = Callable[[str, int, int], None]
Rows = Callable[[str], list[tuple[Any, ...]]]
HALF = ".wenqu-backup-"
SPARE = 64 << 20


def write_backup(target: Path, at: datetime, told: Told) -> Manifest:
    """Write a backup to `target`, whole or not at all. `Refused` says what stands in the way."""
    _check_target(target)
    with _workplace(target.parent) as place:
        half = place / "half"
        with half.open("xb") as raw:
            os.fchmod(raw.fileno(), 0o600)
            manifest = _write(raw, place, target, at, told)
            raw.flush()
            os.fsync(raw.fileno())
        _check_target(target)
        half.replace(target)
    _sync(target.parent)
    return manifest


def _check_target(target: Path) -> None:
    if target.exists():
        raise Refused("target_exists", f"{target} 已存在，不会覆盖：请换一个文件名，或给出一个目录，由程序按时间取名")
    if not target.parent.is_dir():
        raise Refused("no_folder", f"目录 {target.parent} 不存在")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise Refused("no_folder", f"目录 {target.parent} 不可写")


@contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    """A folder of our own beside the target, locked while we live. What killed backups left there is swept."""
    for left in folder.glob(f"{HALF}*"):
        with _locked(left) as ours:
            if ours:
                shutil.rmtree(left, ignore_errors=True)
    place = folder / f"{HALF}{secrets.token_hex(6)}"
    place.mkdir(mode=0o700)
    try:
        with _locked(place):
            yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _locked(place: Path) -> Iterator[bool]:
    """Whether nobody else holds the folder; held while inside."""
    handle = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(handle)


def _write(raw: IO[bytes], place: Path, target: Path, at: datetime, told: Told) -> Manifest:
    database: dict[str, Any] = dict(settings.DATABASES["default"])
    engine = "sqlite" if "sqlite" in database["ENGINE"] else "postgresql"
    with _tar(raw) as tar:
        member = DATABASE[engine]
        if engine == "sqlite":
            manifest, files, packed = _from_sqlite(Path(database["NAME"]), place, at, told)
        else:
            manifest, files, packed = _from_postgres(database, place, at, told)
        check_room(target.parent, packed.stat().st_size + sum(each.size for each in files))
        members = [_add(tar, Found(member, packed, packed.stat().st_size), must=True)]
        packed.unlink()
        members += _add_files(tar, files, set(manifest.needed), told)
        names = {each.name for each in members if each}
        manifest = replace(manifest, members=[each for each in members if each], missing=absent(manifest.needed, names))
        text = manifest.text().encode()
        _add_bytes(tar, MANIFEST, text, at)
        _add_bytes(tar, SUM, f"{hashlib.sha256(text).hexdigest()}  {MANIFEST}\n".encode(), at)
    return manifest


def _from_sqlite(database: Path, place: Path, at: datetime, told: Told) -> tuple[Manifest, list[Found], Path]:
    copied, packed = place / "copy.sqlite3", place / "copy.zst"
    check_room(place, 2 * sqlite.size(database) + _files_size())
    sqlite.copy(database, copied, lambda done, total: told("数据库快照", done, total))
    with closing(sqlite.opened(copied)) as con:
        rows = sqlite.reader(con)
        manifest = describing.describe(rows, sqlite.tables(rows), "sqlite", sqlite3.sqlite_version, copied.stat().st_size, at)
        files, manifest = _list_files(rows, manifest)
    sqlite.compress(copied, packed, lambda done, total: told("压缩数据库", done, total))
    copied.unlink()
    return manifest, files, packed


def _from_postgres(database: dict[str, Any], place: Path, at: datetime, told: Told) -> tuple[Manifest, list[Found], Path]:
    packed = place / "copy.pgdump"
    with postgres.snapshot(database) as (rows, name):
        version, size = postgres.server_version(rows), postgres.size(rows)
        check_room(place, size + _files_size())
        postgres.dump(database, name, version, packed, lambda done, total: told("数据库快照", done, total), size)
        manifest = describing.describe(rows, postgres.tables(rows), "postgresql", str(version), size, at)
        files, manifest = _list_files(rows, manifest)
    return manifest, files, packed


def _list_files(rows: Rows, manifest: Manifest) -> tuple[list[Found], Manifest]:
    """The files, listed after the snapshot: whatever its rows refer to was there before it."""
    return list(found_files(manifest.audit["sealed"])), replace(manifest, needed=needed_files(rows, manifest))


def _files_size() -> int:
    return sum(each.size for each in found_files(None))


def check_room(folder: Path, needed: int) -> None:
    """Refuse where the disk has not what is needed and a little to spare."""
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE:
        raise Refused("no_space", f"{folder} 所在磁盘空间不够：需要约 {_mb(needed + SPARE)} MB，只剩 {_mb(free)} MB")


def _mb(size: int) -> str:
    return f"{size / 1e6:,.0f}"


@contextmanager
def _tar(raw: IO[bytes]) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
            yield tar
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise Refused("no_space", "写备份时磁盘空间用完了，没有留下备份：请清理磁盘或换一个位置") from None
        raise


def _add_files(tar: tarfile.TarFile, files: list[Found], needed: set[str], told: Told) -> list[Member | None]:
    members, done, total = [], 0, sum(each.size for each in files)
    for each in files:
        must = each.name in needed or f"{each.name.rpartition('/')[0]}/source." in needed
        members.append(_add(tar, each, must=must))
        done += each.size
        told("文件", done, total)
    return members


class _Summed:
    """Reads at most so many bytes of a file and sums what it gave."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self.file, self.left, self.sum = file, size, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self.file.read(min(self.left, size) if size >= 0 else self.left)
        self.left -= len(chunk)
        self.sum.update(chunk)
        return chunk


def _add(tar: tarfile.TarFile, found: Found, *, must: bool) -> Member | None:
    """Add a file; None for one that no row refers to and that went away or is being written."""
    info = tarfile.TarInfo(found.name)
    try:
        with found.path.open("rb") as file:
            stat = os.fstat(file.fileno())
            info.size, info.mtime, info.mode = found.size, int(stat.st_mtime), 0o600
            if stat.st_size < found.size and not must:
                return None
            source = _Summed(file, found.size)
            tar.addfile(info, source)
    except FileNotFoundError:
        return None
    except PermissionError:
        raise Refused("unreadable", f"文件 {found.path} 没有读取权限：请用运行问渠的账号做备份") from None
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise
        raise Refused("unreadable", f"文件 {found.path} 读取失败：{error.strerror or error}") from None
    return Member(found.name, found.size, source.sum.hexdigest())


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes, at: datetime) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = len(content), int(at.timestamp()), 0o600
    tar.addfile(info, io.BytesIO(content))


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
