"""Take a file in: looked at by content, sealed into the storage under its hash, no row.

A view calls this before the transaction of its act, so that no transaction waits for a disk; the act then attaches what
was received. Between the two nothing refers to the content, and after a day it is swept (`keeping`).
"""

from __future__ import annotations

import errno
import hashlib
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from wenqu.evidence.contents import Photo, Type, check_name, refused, suffix_of, type_of
from wenqu.evidence.documents import look_at_pdf, look_into_zip
from wenqu.evidence.models import Kind
from wenqu.evidence.photos import look_at
from wenqu.evidence.received import Received
from wenqu.evidence.stores import SMALL, VIEW, name_of, storage
from wenqu.evidence.stores.errors import Unreachable
from wenqu.importing.uploads import clean_name
from wenqu.kit.refusal import Refused

__all__ = ["MOST_FILES", "Received", "no_room", "receive", "receive_all"]

log = logging.getLogger(__name__)
MOST_FILES = 20
_PIECE = 256 * 1024
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def receive(upload: Any) -> Received:
    """Take in one uploaded file. `Refused` names the file and says what to do."""
    name = clean_name(str(upload.name or ""))
    with no_room():
        size, sha256 = _measure(upload, name)
        found, photo = _look(upload, size, name)
        _store(upload, sha256, photo, name)
    told = {} if photo is None else {
        "width": photo.width, "height": photo.height, "taken_at": photo.taken_at,
        "longitude": photo.longitude, "latitude": photo.latitude, "crs": photo.crs,
    }
    shown = name if suffix_of(name) in found.suffixes else f"{name[:110]}{found.suffixes[0]}"
    return Received(sha256, shown, found.kind, found.content_type, size, **told)  # type: ignore[arg-type]


def receive_all(uploads: Iterable[Any]) -> list[Received]:
    """Take in the files of one form: all or, where one is refused, none that anything will ever refer to."""
    every = list(uploads)
    if len(every) > MOST_FILES:
        raise Refused("too_many_files", _("一次最多上传 %(most)s 个文件，请分几次上传。") % {"most": MOST_FILES})
    return [receive(each) for each in every]


@contextmanager
def no_room() -> Iterator[None]:
    """A full disk inside is a refusal in words."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise Refused("disk_full", _("服务器磁盘空间已满，文件没有保存。请保留好原文件，联系管理员清理磁盘后再上传。")) from None


def _measure(upload: Any, name: str) -> tuple[int, str]:
    """Size and hash of the content, no further than anything may be large."""
    most = max(settings.EVIDENCE_PHOTO_BYTES, settings.EVIDENCE_DOCUMENT_BYTES)
    size, digest = 0, hashlib.sha256()
    for piece in _pieces(upload):
        size += len(piece)
        if size > most:
            raise _too_large(name, most)
        digest.update(piece)
    if size == 0:
        raise refused("file_empty", name, _("是空的。请重新选择文件；如在网盘或聊天软件里，请先下载完整。"))
    return size, digest.hexdigest()


def _too_large(name: str, most: int) -> Refused:
    return refused("file_too_large", name, _("超过 %(limit)s MB 的上限。照片请在手机里调小，文件请压缩图片或拆分后再上传。") % {"limit": most // 1024**2})


def _look(upload: Any, size: int, name: str) -> tuple[Type, Photo | None]:
    """What it is; `Refused` for what is not taken."""
    upload.seek(0)
    found = type_of(upload.read(65536), name) or look_into_zip(upload, name)
    check_name(name, found)
    most = settings.EVIDENCE_PHOTO_BYTES if found.kind == Kind.PHOTO else settings.EVIDENCE_DOCUMENT_BYTES
    if size > most:
        raise _too_large(name, most)
    upload.seek(0)
    if found.kind == Kind.PHOTO:
        return found, look_at(upload, found, name)
    if found.content_type == "application/pdf":
        look_at_pdf(upload, size, name)
    return found, None


def _store(upload: Any, sha256: str, photo: Photo | None, name: str) -> None:
    """Always written, also where it is there already: so it is young, and no sweep takes it before it is attached."""
    place = storage()
    try:
        place.keep(name_of(sha256), _pieces(upload))
        if photo is not None:
            place.keep(name_of(sha256, SMALL), [photo.small])
            place.keep(name_of(sha256, VIEW), [photo.view])
    except Unreachable as error:
        log.error("evidence storage unreachable: %s", error)
        raise refused("storage_unreachable", name, _("没有保存：文件存储暂时连接不上。请保留好原文件，过几分钟再试；一直不行请联系管理员。")) from None


def _pieces(upload: Any) -> Iterator[bytes]:
    upload.seek(0)
    while piece := upload.read(_PIECE):
        yield piece
