"""Hand out a file, sealed or not, as it was before it was sealed; memory stays flat."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from pathlib import Path

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from wenqu.kit.crypto.files import chunks_of, clear_size
from wenqu.kit.crypto.seal import CannotOpen
from wenqu.kit.refusal import Refused

log = logging.getLogger(__name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KINDS = {".xlsx": XLSX, ".csv": "text/csv", ".txt": "text/plain"}


def download(file: Path, name: str, kind: str = "") -> StreamingHttpResponse:
    """The answer that saves a file under `name`. `Refused` before anything is sent where its beginning does not open."""
    try:
        return saved(begun(chunks_of(file)), clear_size(file), name or file.name, kind or _KINDS.get(file.suffix, "application/octet-stream"))
    except (FileNotFoundError, CannotOpen) as error:
        log.error("file %s does not open: %s", file.name, type(error).__name__)
        raise Refused("file_gone", _("这个文件打不开或已不在。请重新生成；不能重新生成的，请联系管理员从备份恢复。")) from None


def begun(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces, the first of them read already: what is wrong with it is raised here and not while it is sent."""
    return _all(next(pieces, b""), pieces)


def saved(pieces: Iterator[bytes], size: int, name: str, kind: str) -> StreamingHttpResponse:
    """The answer that saves `size` bytes under `name`."""
    answer = StreamingHttpResponse(pieces, content_type=kind)
    answer.headers["Content-Length"] = str(size)
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


def _all(first: bytes, rest: Iterator[bytes]) -> Generator[bytes, None, None]:
    yield first
    yield from rest
