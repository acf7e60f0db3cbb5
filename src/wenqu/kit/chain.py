"""The chain of the audit log, as rows and as files: canonical form, SM3 links, headers. Pure: no database, no framework.

A row is the canonical JSON of an entry with its `seq`; its digest is SM3 over the digest before it (64 hex digits as
text) followed by that JSON (UTF-8). A line of a file is the same JSON with `digest` put in as its last key, so that a
shell can check it: cut the key off, put the digest of the line before in front, and ask any SM3.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.hashes import SM3, Hash

# What stands before the first row.
BEGINNING = "0" * 64
FORMAT = "wenqu-audit"
VERSION = 1
# The fields of an entry that are chained, in the order in which they are read from the database.
FIELDS = ("id", "at", "actor_id", "actor_name", "verb", "subject", "path", "detail", "via", "address")


def canonical(content: Mapping[str, Any]) -> bytes:
    """The one way of writing some content: keys sorted, no spaces, UTF-8."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def link(before: str, body: bytes) -> str:
    """The digest of a row after the row with digest `before`."""
    hashing = Hash(SM3())
    hashing.update(before.encode("ascii"))
    hashing.update(body)
    return hashing.finalize().hex()


def body_of(seq: int, values: tuple[Any, ...]) -> bytes:
    """The canonical form of an entry, given as the values of FIELDS, at its place in the chain."""
    entry = dict(zip(FIELDS, values, strict=True))
    moment: datetime = entry["at"]
    entry["at"] = moment.astimezone(UTC).isoformat(timespec="microseconds")
    entry["seq"] = seq
    return canonical(entry)


def line_of(body: bytes, digest: str, before: str = "") -> bytes:
    """A line of a file, with its line feed. In a selection each line also says the digest `before` it."""
    stood = f',"before":"{before}"' if before else ""
    return body[:-1] + f'{stood},"digest":"{digest}"}}\n'.encode("ascii")


def header_of(part: str, first: int, before: str, **more: Any) -> bytes:
    """The first line of a file: what it is and where it begins. Its own digest guards it against a slip of the hand."""
    body = canonical({"format": FORMAT, "version": VERSION, "part": part, "first": first, "before": before, **more})
    return line_of(body, link(BEGINNING, body))


# ,"digest":"…64…"} at the end of a line
_DIGEST = len(',"digest":""}') + 64
_BEFORE = len(',"before":""') + 64


def split_line(line: bytes, selection: bool = False) -> tuple[bytes, str, str] | None:
    """(body, digest, before) of a line without its line feed; None where it is none. `before` only in a selection."""
    head, tail = line[:-_DIGEST], line[-_DIGEST:]
    if not (tail.startswith(b',"digest":"') and tail.endswith(b'"}')):
        return None
    before = ""
    if selection:
        head, stood = head[:-_BEFORE], head[-_BEFORE:]
        if not (stood.startswith(b',"before":"') and stood.endswith(b'"')):
            return None
        before = stood[len(b',"before":"') : -1].decode("ascii", "replace")
    return head + b"}", tail[len(b',"digest":"') : -2].decode("ascii", "replace"), before


def content_of(body: bytes) -> dict[str, Any] | None:
    """The content of a body; None where it is no JSON object."""
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
