"""Folders of sealed files, offered to the rotation of keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from wenqu.kit.crypto.files import chunks_of, key_of_file, sealing
from wenqu.kit.crypto.keys import Keyring
from wenqu.kit.crypto.seal import CannotOpen
from wenqu.kit.crypto.stores import Store
from wenqu.kit.crypto.walking import Pass


def folder_store(name: str, folder: Callable[[], Path]) -> Store:
    """The files below a folder as a place with sealed texts. A file from before files were sealed is sealed by the next rotation."""

    def count() -> Counter[str]:
        return Counter(key for path in _files(folder()) if (key := _key(path)))

    def renew(keys: Keyring, index: bool) -> Pass:
        done = Pass()
        for path in list(_files(folder())):
            if _key(path) == keys.active:
                continue
            done.seen += 1
            if reseal(path, keys):
                done.written += 1
            else:
                done.stuck += 1
        return done

    return Store(name, count, renew)


def reseal(path: Path, keys: Keyring) -> bool:
    """Seal a file anew in its place. False where it does not open, or where it was changed or taken away meanwhile."""
    try:
        before = path.stat()
        with sealing(path, keys, unless=lambda: _changed(path, before.st_ino, before.st_mtime_ns)) as out:
            for piece in chunks_of(path, keys):
                out.write(piece)
    except (CannotOpen, FileNotFoundError):
        return False
    return True


def _changed(path: Path, inode: int, moment: int) -> bool:
    now = path.stat()
    return (now.st_ino, now.st_mtime_ns) != (inode, moment)


def _files(folder: Path) -> Iterator[Path]:
    """Every whole file below a folder; half-written ones begin with a dot."""
    for path in folder.rglob("*") if folder.is_dir() else ():
        if path.is_file() and not path.name.startswith("."):
            yield path


def _key(path: Path) -> str:
    try:
        return key_of_file(path)
    except (FileNotFoundError, CannotOpen):
        return ""
