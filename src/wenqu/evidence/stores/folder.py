"""Contents in a folder of this machine."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from wenqu.kit.crypto.files import HALF, chunks_of, key_of_file, sealing
from wenqu.kit.crypto.keys import Keyring
from wenqu.kit.crypto.seal import CannotOpen
from wenqu.kit.crypto.sealed_folders import reseal


class Folder:
    """Sealed files below a folder."""

    def __init__(self, top: Path) -> None:
        self.top = Path(top)

    def keep(self, name: str, pieces: Iterable[bytes]) -> None:
        target = self.top / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with sealing(target) as out:
            for piece in pieces:
                out.write(piece)
        # The name too must be on the disk before a row names it.
        handle = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def pieces(self, name: str, keys: Keyring | None = None) -> Iterator[bytes]:
        if not key_of_file(self.top / name):
            raise CannotOpen(f"{name}: not sealed")
        yield from chunks_of(self.top / name, keys)

    def each(self) -> Iterator[tuple[str, datetime]]:
        for path in self._files():
            if not path.name.startswith("."):
                try:
                    yield f"{path.parent.name}/{path.name}", self._at(path)
                except FileNotFoundError:
                    continue

    def has(self, name: str) -> bool:
        return (self.top / name).is_file()

    def remove(self, name: str, before: datetime) -> bool:
        try:
            if self._at(self.top / name) >= before:
                return False
            (self.top / name).unlink()
        except FileNotFoundError:
            return False
        return True

    def key_of(self, name: str) -> str:
        return key_of_file(self.top / name)

    def reseal(self, name: str, keys: Keyring) -> bool:
        return reseal(self.top / name, keys)

    def halves(self, before: datetime) -> int:
        return sum(self.remove(f"{path.parent.name}/{path.name}", before) for path in self._files() if path.name.endswith(HALF))

    def _files(self) -> Iterator[Path]:
        for place in self.top.iterdir() if self.top.is_dir() else ():
            yield from (path for path in place.iterdir() if path.is_file()) if place.is_dir() else ()

    @staticmethod
    def _at(path: Path) -> datetime:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
