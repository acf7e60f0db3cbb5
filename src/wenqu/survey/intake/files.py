"""A file that came with a record, taken in as it is: hashed, bounded, sealed into the storage, not looked into.

A photo that a phone took is proof even where it is damaged or of a kind that no browser shows; nothing of it is ever
shown but as a download (`evidence.opening`). What is large is refused, and stays on the phone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from wenqu.evidence.models import Evidence, Kind
from wenqu.evidence.received import Received
from wenqu.evidence.stores import name_of, storage
from wenqu.importing.uploads import clean_name
from wenqu.kit.prepared import Prepared

_HEADS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"RIFF", "image/webp"))
_PIECE = 256 * 1024


_NAMED = Prepared(lambda sha256: Evidence.objects.filter(sha256=sha256).values_list("pk")[:1], str)


class TooLarge(Exception):
    """A file beyond what the settings allow."""


def take_in(upload: Any) -> Received:
    """Take in one file of a record. Equal contents are one content, whatever their names."""
    size, digest, head = 0, hashlib.sha256(), b""
    for piece in _pieces(upload):
        head = head or piece[:16]
        size += len(piece)
        if size > settings.EVIDENCE_PHOTO_BYTES:
            raise TooLarge
        digest.update(piece)
    sha256 = digest.hexdigest()
    # What a row names is not swept, and need not be written again; all else is written anew and so is young.
    if not (_NAMED.first(sha256) and storage().has(name_of(sha256))):
        storage().keep(name_of(sha256), _pieces(upload))
    content_type = next((kind for start, kind in _HEADS if head.startswith(start)), "application/octet-stream")
    kind = Kind.PHOTO if content_type.startswith("image/") else Kind.DOCUMENT
    return Received(sha256, clean_name(file_name(upload)), kind, content_type, size)


def file_name(upload: Any) -> str:
    """The name by which the record names it, as it is: it is matched with the record, and shown to nobody but its desk."""
    return str(upload.name or "")


def _pieces(upload: Any) -> Iterator[bytes]:
    upload.seek(0)
    while piece := upload.read(_PIECE):
        yield piece
