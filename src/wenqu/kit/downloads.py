"""Hand out a file, sealed or not, as it was before it was sealed; memory stays flat."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from wenqu.kit.crypto.files import chunks_of, clear_size

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KINDS = {".xlsx": XLSX, ".csv": "text/csv", ".txt": "text/plain"}


def download(file: Path, name: str, kind: str = "") -> StreamingHttpResponse:
    """The answer that saves a file under `name`. `CannotOpen` before anything is sent where its beginning does not open."""
    pieces = chunks_of(file)
    first = next(iter(pieces), b"")
    answer = StreamingHttpResponse(_all(first, pieces), content_type=kind or _KINDS.get(file.suffix, "application/octet-stream"))
    answer.headers["Content-Length"] = str(clear_size(file))
    answer.headers["Content-Disposition"] = content_disposition_header(True, name or file.name) or "attachment"
    return answer


def _all(first: bytes, rest: Iterator[bytes]) -> Generator[bytes, None, None]:
    yield first
    yield from rest
