"""A department's list of ID numbers: read once, kept only as digests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from wenqu.households.lookup import ID_LABEL
from wenqu.importing.coercion import coerce
from wenqu.importing.columns import Column
from wenqu.importing.refusal import TableError
from wenqu.importing.tables import read_table
from wenqu.importing.uploads import detect_format
from wenqu.kit import masking
from wenqu.kit.crypto.seal import digests, plain_number
from wenqu.kit.crypto.workplace import work_folder
from wenqu.kit.refusal import Refused

MOST_ROWS = 20_000
_LIMIT_BYTES = 20 * 1024**2
_COLUMN = Column("id_number", "证件号码", "identity number", "id_number", aliases=(
    "身份证号", "身份证号码", "公民身份号码", "证件号", "身份证", "户主证件号码", "户主身份证号", "户主身份证号码"))


@dataclass(frozen=True)
class Row:
    """One row of the list: where it stood, its masked number, and the digests by which it is looked for (none where unreadable)."""

    row: int
    masked: str
    digests: tuple[str, ...]


def read_list(upload: UploadedFile) -> list[Row]:
    """The rows of an uploaded workbook. Its numbers are in the clear only while it is read. `Refused` where it cannot be."""
    try:
        with work_folder() as folder:
            given = folder / "given"
            with given.open("wb") as file:
                for chunk in upload.chunks():
                    file.write(chunk)
            source = given.rename(folder / f"source.{detect_format(given, _LIMIT_BYTES)}")
            found = _numbers(source, folder)
    except TableError as error:
        raise Refused(error.code, error.message) from None
    if len(found) > MOST_ROWS:
        raise Refused("too_many_rows", _("名单超过 %(most)s 行，请拆分后再上传") % {"most": MOST_ROWS})
    return [Row(row, masking.identity(text), tuple(digests(plain_number(text), ID_LABEL))) for row, text in found]


def _numbers(source: Path, folder: Path) -> list[tuple[int, str]]:
    """(row, number) of every data row, "" where the cell cannot be read."""
    with duckdb.connect(config={"memory_limit": "350MB", "threads": "2", "autoinstall_known_extensions": "false"}) as con:
        coerced = coerce(con, read_table(con, source, folder, [_COLUMN]), [_COLUMN], folder)
        return [(row, text or "") for row, text in con.execute(f"SELECT _row, id_number FROM {coerced.relation} LIMIT {MOST_ROWS + 1}").fetchall()]
