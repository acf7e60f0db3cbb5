"""The numbers of households out of a department's list as it was delivered: any workbook or CSV with a column 户编号."""

from __future__ import annotations

import shutil
from contextlib import closing

from django.conf import settings
from django.core.files.base import File

from wenqu.importing.receiving import on_disk
from wenqu.importing.refusal import TableError
from wenqu.importing.uploads import detect_format
from wenqu.kit.crypto.workplace import temporary_files_in, work_folder
from wenqu.kit.refusal import Refused
from wenqu.watch.national.columns import HOUSEHOLD_NUMBER


def numbers_in(file: File) -> list[str]:
    """Every number once, in the order of the file. `Refused` where it is no table or has no such column."""
    # The engine is loaded when the first list is read, not when a server starts.
    import duckdb  # noqa: PLC0415

    from wenqu.importing.coercion import coerce  # noqa: PLC0415
    from wenqu.importing.tables import read_table  # noqa: PLC0415

    columns = (HOUSEHOLD_NUMBER,)
    with on_disk(file) as delivered, work_folder() as workdir, temporary_files_in(workdir), closing(duckdb.connect()) as con:
        source = workdir / f"list.{detect_format(delivered, settings.UPLOAD_LIMIT_BYTES)}"
        shutil.copyfile(delivered, source)
        try:
            told = coerce(con, read_table(con, source, workdir, columns), columns, workdir)
        except TableError as wrong:
            raise Refused(wrong.code, wrong.message) from None
        rows = con.execute(f"SELECT {HOUSEHOLD_NUMBER.name} FROM {told.relation} WHERE {HOUSEHOLD_NUMBER.name} IS NOT NULL").fetchall()
    return list(dict.fromkeys(str(number) for number, in rows))
