"""Open a backup, check it, take it apart. Nothing in the file is believed before its checksum was compared."""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from wenqu.kit.refusal import Refused
from wenqu.operations.backup.manifest import DATABASE, MANIFEST, SUM, Manifest, Member, absent, parse_manifest

CHUNK = 1 << 20
MANIFEST_LIMIT = 256 << 20
TOPS = {"database", "runs", "uploads", "results", "audit", "packs", "evidence"}

Told = Callable[[str, int, int], None]


class Broken(Refused):
    """A backup that is not whole. `member` is the first part that is wrong."""

    def __init__(self, member: str, message: str) -> None:
        super().__init__("backup_broken", message)
        self.member = member


class Archive:
    """An opened backup: its manifest, and its members in the order in which they lie."""

    def __init__(self, tar: tarfile.TarFile, infos: dict[str, tarfile.TarInfo], manifest: Manifest) -> None:
        self.tar, self.infos, self.manifest = tar, infos, manifest

    @property
    def database(self) -> Member:
        return self.manifest.by_name[DATABASE[self.manifest.engine]]

    def copy(self, member: Member, target: IO[bytes] | None, told: Callable[[int], None]) -> None:
        """Copy a member out (None: only read it), comparing its checksum. `Broken` names it where it differs."""
        source = self.tar.extractfile(self.infos[member.name])
        assert source is not None
        digest = hashlib.sha256()
        try:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                if target is not None:
                    target.write(chunk)
                told(len(chunk))
        except tarfile.TarError:
            raise Broken(member.name, f"备份不完整：{member.name} 读不到末尾") from None
        if digest.hexdigest() != member.sha256:
            raise Broken(member.name, f"备份已损坏：{member.name} 的校验和不符")


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open a backup and compare what lies in it with what its manifest says."""
    try:
        tar = tarfile.open(path, "r:")  # noqa: SIM115  closed below
    except (FileNotFoundError, IsADirectoryError):
        raise Refused("no_backup", f"没有找到备份文件 {path}") from None
    except PermissionError:
        raise Refused("no_backup", f"备份文件 {path} 没有读取权限") from None
    except tarfile.TarError:
        raise Broken(path.name, f"{path} 不是问渠的备份，或者已损坏") from None
    with tar:
        infos = _infos(tar)
        manifest = _manifest(tar, infos)
        _compare(infos, manifest)
        yield Archive(tar, infos, manifest)


def _infos(tar: tarfile.TarFile) -> dict[str, tarfile.TarInfo]:
    infos: dict[str, tarfile.TarInfo] = {}
    try:
        for info in tar:
            if info.name in infos or not info.isreg():
                raise Broken(info.name, f"备份里有不该有的内容：{info.name}")
            infos[info.name] = info
    except (tarfile.TarError, OSError, ValueError):
        last = next(reversed(infos), "开头")
        raise Broken(last, f"备份不完整：读到 {last} 之后断了") from None
    return infos


def _manifest(tar: tarfile.TarFile, infos: dict[str, tarfile.TarInfo]) -> Manifest:
    for name in (MANIFEST, SUM):
        if name not in infos or infos[name].size > MANIFEST_LIMIT:
            last = next(reversed(infos), "开头")
            raise Broken(last, f"备份不完整：读到 {last} 之后断了，缺少 {name}")
    try:
        text, told = (_text(tar, infos[name]) for name in (MANIFEST, SUM))
    except tarfile.TarError:
        raise Broken(MANIFEST, f"备份不完整：{MANIFEST} 读不到末尾") from None
    if told.split()[:1] != [hashlib.sha256(text).hexdigest().encode()]:
        raise Broken(MANIFEST, f"备份已损坏：{MANIFEST} 的校验和不符")
    return parse_manifest(text.decode())


def _text(tar: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(info)
    assert file is not None
    return file.read()


def _compare(infos: dict[str, tarfile.TarInfo], manifest: Manifest) -> None:
    """Same names and sizes, every name inside our own folders, the database there, and every file that a row refers to."""
    told = manifest.by_name
    for name in [*told, *infos]:
        if name in (MANIFEST, SUM):
            continue
        if not _is_ours(name):
            raise Broken(name, f"备份里有不该有的文件名：{name}")
        if name not in infos:
            raise Broken(name, f"备份不完整：缺少 {name}")
        if name not in told:
            raise Broken(name, f"备份里有清单之外的文件：{name}")
        if infos[name].size != told[name].size:
            raise Broken(name, f"备份已损坏：{name} 的大小不符")
    if manifest.engine not in DATABASE or DATABASE[manifest.engine] not in told:
        raise Broken("database", "备份不完整：缺少数据库")
    gone = [each for each in absent(manifest.needed, set(told)) if each not in manifest.missing]
    if gone:
        raise Broken(gone[0], f"备份不完整：缺少数据库所引用的文件 {gone[0]}")


def _is_ours(name: str) -> bool:
    """A plain relative name below one of our folders: nothing that could leave the place it is unpacked into."""
    parts = PurePosixPath(name).parts
    return (
        len(parts) > 1 and parts[0] in TOPS and str(PurePosixPath(name)) == name and ".." not in parts
        and not any(ord(each) < 32 or each == "\\" for each in name)
    )
