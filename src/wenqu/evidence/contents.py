"""What a file is, told by its content: its first bytes, never its name. The name may only agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from wenqu.evidence.models import Kind
from wenqu.kit.refusal import Refused

OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True)
class Type:
    """A kind of file that is taken: what it is called on the web, and the ends of names that go with it."""

    kind: str
    content_type: str
    suffixes: tuple[str, ...]


JPEG = Type(Kind.PHOTO, "image/jpeg", (".jpg", ".jpeg", ".jpe"))
PNG = Type(Kind.PHOTO, "image/png", (".png",))
WEBP = Type(Kind.PHOTO, "image/webp", (".webp",))
PDF = Type(Kind.DOCUMENT, "application/pdf", (".pdf",))
DOCX = Type(Kind.DOCUMENT, f"{OFFICE}wordprocessingml.document", (".docx",))
XLSX = Type(Kind.DOCUMENT, f"{OFFICE}spreadsheetml.sheet", (".xlsx",))
TYPES = (JPEG, PNG, WEBP, PDF, DOCX, XLSX)
SUFFIXES = {suffix: each for each in TYPES for suffix in each.suffixes}


@dataclass(frozen=True)
class Photo:
    """What a photo shows of itself, and its copies without anything that the camera wrote into it."""

    width: int
    height: int
    taken_at: datetime | None
    longitude: float | None
    latitude: float | None
    crs: str
    small: bytes
    view: bytes


def refused(code: str, name: str, reason: str) -> Refused:
    """A refusal that names the file; the reason says what to do."""
    return Refused(code, _("“%(name)s”%(reason)s") % {"name": name, "reason": reason})


def type_of(head: bytes, name: str) -> Type | None:
    """The type by the first bytes; None for a zip, which must be looked into. `Refused` for all that is not taken."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return None
    if head[4:8] == b"ftyp" and head[8:12] in {b"heic", b"heix", b"mif1", b"msf1", b"hevc", b"avif"}:
        raise refused("type_not_allowed", name, _("是 HEIC 格式，多数电脑打不开。请在手机相机设置里选“兼容性最佳”（JPEG）后重拍，或转成 JPG 再上传。"))
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "EncryptedPackage".encode("utf-16-le") in head:
            raise refused("file_encrypted", name, _("设有密码，别人打不开。请去掉密码后再上传。"))
        raise refused("type_not_allowed", name, _("是旧格式的 Office 文件（.doc、.xls）。请另存为 .docx、.xlsx 或 PDF 再上传。"))
    raise refused("type_not_allowed", name, _("的内容不是可以上传的类型。照片请用 JPG、PNG 或 WebP，文件请用 PDF、.docx 或 .xlsx。"))


def check_name(name: str, found: Type) -> None:
    """The name says what the content is, or nothing. Telephones name a photo of one format by the suffix of another: that is let pass."""
    suffix = suffix_of(name)
    if not suffix:
        return
    told = SUFFIXES.get(suffix)
    if told is None:
        raise refused("type_not_allowed", name, _("的扩展名不是可以上传的类型。照片请用 JPG、PNG 或 WebP，文件请用 PDF、.docx 或 .xlsx。"))
    if told != found and not (told.kind == found.kind == Kind.PHOTO):
        raise refused("content_differs", name, _("的内容和扩展名不符：内容是 %(real)s。请确认没有选错文件，用原来的程序另存后再上传。") % {
            "real": found.suffixes[0].lstrip(".").upper(),
        })


def suffix_of(name: str) -> str:
    """The end of a name in small letters; a dot and a long rest are no suffix but a sentence."""
    stem, dot, suffix = name.rpartition(".")
    return f".{suffix.lower()}" if dot and stem and 0 < len(suffix) <= 5 and suffix.isascii() and suffix.isalnum() else ""
