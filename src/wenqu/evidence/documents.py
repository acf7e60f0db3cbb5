"""Documents: whole, without a password, without macros, not swollen."""

from __future__ import annotations

import zipfile
from typing import IO

from django.utils.translation import gettext as _

from wenqu.evidence.contents import DOCX, XLSX, Type, refused
from wenqu.importing.uploads import unpacks_too_large

# What an office programme unpacks of a document of 50 MB; a register may be larger, and goes another way.
UNPACKED_LIMIT = 512 * 1024**2
_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}
_MACROS = ("vbaproject.bin", "vbadata.xml")
_TAIL = 4096


def look_into_zip(file: IO[bytes], name: str) -> Type:
    """Which office document a zip is. `Refused` for every other zip, and for what cannot or should not be opened."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            found = _office(entries, name)
            # Reads everything and compares the checksums: an entry is as long as it says, or it is broken.
            broken = archive.testzip()
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError, LookupError) as error:
        if _is_full(error):
            raise
        broken = "?"
    if broken is not None:
        raise refused("file_broken", name, _("已损坏，打不开。请用原来的程序另存后再上传。"))
    return found


def _office(entries: list[zipfile.ZipInfo], name: str) -> Type:
    names = {entry.filename for entry in entries}
    found = next((kind for part, kind in _PARTS.items() if part in names), None)
    if found is None or "[Content_Types].xml" not in names:
        raise refused("type_not_allowed", name, _("是压缩包。请先解压，再逐个上传其中的照片、PDF、.docx 或 .xlsx。"))
    if any(entry.flag_bits & 1 for entry in entries):
        raise refused("file_encrypted", name, _("设有密码，别人打不开。请去掉密码后再上传。"))
    if any(each.rpartition("/")[2].lower() in _MACROS for each in names):
        raise refused("file_has_macros", name, _("带有宏，可能有害，不予保存。请另存为不带宏的 .docx、.xlsx 或 PDF 再上传。"))
    if unpacks_too_large(entries, UNPACKED_LIMIT):
        raise refused("file_bomb", name, _("解压后过大，不予保存。请只保留需要的内容，另存后再上传。"))
    return found


def look_at_pdf(file: IO[bytes], size: int, name: str) -> None:
    """`Refused` for a PDF that is cut off or asks for a password."""
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    if b"%%EOF" not in tail:
        raise refused("file_broken", name, _("不完整，打不开。请重新导出或重新扫描后再上传。"))
    if b"/Encrypt" in tail:
        raise refused("file_encrypted", name, _("设有密码，别人打不开。请去掉密码后再上传。"))


def _is_full(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno is not None
