"""Where the contents lie: a folder of this machine, or a bucket that speaks S3. Both hold sealed files only.

A content is named by its SHA-256, two digits as a folder before it, and its copies by that and a suffix; so the folder
can be copied into a bucket as it is, and back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol

from django.conf import settings

from wenqu.evidence.stores.bucket import Bucket
from wenqu.evidence.stores.folder import Folder
from wenqu.kit.crypto.keys import Keyring

# The copies of a photo that are shown: without what the camera wrote into it.
SMALL, VIEW = ".small", ".view"


class Storage(Protocol):
    """What both can do. They raise `FileNotFoundError` for what is not there, `CannotOpen` for what was changed,
    `Unreachable` where the other side does not answer, and `OSError` as the disk does."""

    def keep(self, name: str, pieces: Iterable[bytes]) -> None:
        """Seal a content and store it, whole or not at all; one that is there is replaced."""

    def pieces(self, name: str, keys: Keyring | None = None) -> Iterator[bytes]:
        """The content, opened piece by piece."""

    def each(self) -> Iterator[tuple[str, datetime]]:
        """All names, and when each was stored last."""

    def has(self, name: str) -> bool: ...

    def remove(self, name: str, before: datetime) -> bool:
        """Remove what was stored before a moment and not again since. Whether it was."""

    def key_of(self, name: str) -> str:
        """The name of the key that sealed it."""

    def reseal(self, name: str, keys: Keyring) -> bool:
        """Seal it anew with the active key. False where it does not open, or went away meanwhile."""

    def halves(self, before: datetime) -> int:
        """Remove what a kill left half-written. How much."""


def storage() -> Storage:
    """The storage of the settings."""
    if settings.EVIDENCE_STORAGE == "s3":
        return Bucket(settings.S3_ENDPOINT, settings.S3_BUCKET, settings.S3_REGION, settings.S3_KEY_ID, settings.S3_SECRET)
    return Folder(settings.EVIDENCE_DIR)


def name_of(sha256: str, copy: str = "") -> str:
    """The name of a content, or of a copy of it, in the storage."""
    return f"{sha256[:2]}/{sha256}{copy}"


def content_of(name: str) -> str:
    """The hash that a name in the storage is made of."""
    return name.rpartition("/")[2].partition(".")[0]
