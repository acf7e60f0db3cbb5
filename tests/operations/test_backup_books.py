"""A backup knows the files that comparisons of two books rest on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from books.stand import answered, compared, homes, issued, returned, workbook
from cast import AT, Cast
from django.db import connection

from wenqu.books import actions
from wenqu.books.keeping import folder
from wenqu.books.storing import Filter
from wenqu.operations.backup.describing import describe
from wenqu.operations.backup.files import found_files, needed_files
from wenqu.operations.backup.manifest import absent


def rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def wanting() -> list[str]:
    """What rows name and what is not there."""
    manifest = describe(rows, connection.introspection.table_names(), connection.vendor, "1", 0, AT)
    return absent(needed_files(rows, manifest), {each.name for each in found_files(None)})


@pytest.mark.django_db
def test_every_file_of_a_comparison_is_asked_for(cast: Cast, tmp_path: Path) -> None:
    homes(cast)
    made = compared(cast.county, workbook(tmp_path / "theirs.xlsx"), cast.chen)
    actions.rule_rows(comparison=made, wanted=Filter("differs"), verdict="ours", reason="核过", expected=2, by=cast.chen, at=AT)
    returned(made, answered(issued(made, cast.chen), tmp_path / "back.xlsx"), cast.chen)
    assert wanting() == []
    files = [file for file in folder(made).iterdir() if file.is_file()]
    assert len(files) >= 9
    for file in files:
        content = file.read_bytes()
        file.unlink()
        (gone,) = wanting()
        assert f"uploads/{made.stored}/{file.name}".startswith(gone)
        file.write_bytes(content)


def test_a_backup_from_before_there_were_comparisons_asks_for_none() -> None:
    from wenqu.books.keeping import needed  # noqa: PLC0415

    assert needed(lambda _sql: [("x", "[]")], {"importing_batch"}) == []
