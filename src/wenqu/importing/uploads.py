"""What may be taken in as a delivered table: looked at by content, never by what its name says."""

from __future__ import annotations

import unicodedata
import zipfile
from pathlib import Path

from django.utils.translation import gettext as _

from wenqu.importing.receiving import too_large
from wenqu.kit.masking import cover
from wenqu.kit.refusal import Refused

# A real register of 200,000 rows x 40 columns unpacks to about 400 MB, at a ratio of 10 to 30.
UNPACKED_LIMIT = 3 * 1024**3
RATIO_LIMIT = 200
RATIO_FROM = 32 * 1024**2
ENTRIES_LIMIT = 10_000
NAME_LENGTH = 120


def clean_name(name: str) -> str:
    """The last part of a file name as it may be shown, stored and logged: no folders, no control or direction characters,
    nobody's number."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = cover("".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*').strip(". "))
    if len(kept) > NAME_LENGTH:
        stem, dot, suffix = kept.rpartition(".")
        kept = f"{stem[: NAME_LENGTH - 10]}{dot}{suffix[:9]}" if dot else kept[:NAME_LENGTH]
    return kept or _("未命名")


def detect_format(path: Path, limit_bytes: int) -> str:
    """xlsx, xls, csv or parquet, by content; refuses everything else, too large files and zip bombs."""
    size = path.stat().st_size
    if size == 0:
        raise Refused("file_empty", _("文件是空的。"))
    if size > limit_bytes:
        raise Refused("file_too_large", too_large(limit_bytes))
    with path.open("rb") as file:
        head = file.read(65536)
    if head.startswith(b"PK\x03\x04"):
        _check_workbook(path)
        return "xlsx"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "xls"
    if head.startswith(b"PAR1"):
        return "parquet"
    if _is_text(head):
        return "csv"
    raise Refused("file_not_a_table", _("这不是 Excel 工作簿或 CSV 文件。请上传 .xlsx、.xls 或 .csv。"))


def _check_workbook(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise Refused("file_broken", _("文件已损坏，无法打开。请重新导出后再上传。")) from None
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" not in names:
        raise Refused("file_not_a_table", _("这是压缩包，不是 Excel 工作簿。请先解压，再上传其中的 .xlsx。"))
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("file_encrypted", _("工作簿设有密码，无法读取。请去掉密码后再上传。"))
    if unpacks_too_large(entries):
        raise Refused("file_bomb", _("工作簿解压后过大，不予打开。请只保留需要的工作表，另存后再上传。"))


def unpacks_too_large(entries: list[zipfile.ZipInfo], limit: int = UNPACKED_LIMIT) -> bool:
    """Whether a zip says that it would unpack to more than is reasonable: in all, in one entry, or in their number."""
    swollen = any(e.file_size > RATIO_FROM and e.file_size > RATIO_LIMIT * max(1, e.compress_size) for e in entries)
    return len(entries) > ENTRIES_LIMIT or sum(entry.file_size for entry in entries) > limit or swollen


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\x00" in head:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            # The last character may be cut by the length that was read.
            head[: max(1, len(head) - 4)].decode(encoding, errors="strict")
        except UnicodeDecodeError as error:
            if error.start < len(head) - 8:
                continue
        return True
    return False
