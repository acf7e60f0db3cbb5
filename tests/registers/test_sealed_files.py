"""What an import keeps on disk is sealed, from the delivered file to the annotated workbook; what lay open before is still read."""

from __future__ import annotations

import json

import openpyxl
import pytest
from cast import AT
from opening import clear
from sheets import person, workbook

from wenqu.households.models import Household
from wenqu.kit.audit import SYSTEM
from wenqu.kit.crypto.files import is_sealed, open_file
from wenqu.kit.crypto.seal import CannotOpen
from wenqu.registers import checking
from wenqu.registers.actions import import_batch
from wenqu.registers.reading import annotated_path, folder, source_file

SECRET = "王秘密"


def files(settings) -> list:
    return [path for top in (settings.UPLOADS_DIR, settings.RESULTS_DIR, settings.WORK_DIR) if top.exists() for path in top.rglob("*") if path.is_file()]


def test_everything_kept_is_sealed_and_nothing_lies_open_afterwards(check, settings, tmp_path) -> None:
    batch = check(workbook(tmp_path / "a.xlsx", [person("H01", 姓名=SECRET), person("H02", 缺水天数="很多")]))
    assert sorted(path.name for path in files(settings)) == ["annotated.xlsx", "source.xlsx", "typed.json", "typed.parquet"]
    assert [path for path in files(settings) if not is_sealed(path)] == []
    assert SECRET in {cell.value for row in openpyxl.load_workbook(clear(source_file(batch))).active for cell in row}
    assert "错误清单" in openpyxl.load_workbook(clear(annotated_path(batch))).sheetnames
    import_batch(batch=batch, by=SYSTEM, at=AT)
    assert Household.objects.filter(head_name=SECRET).exists()
    assert sorted(path.name for path in files(settings)) == ["annotated.xlsx", "source.xlsx"]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_text_and_columns_are_sealed_too(check, settings, tmp_path, suffix) -> None:
    import duckdb  # noqa: PLC0415

    source = tmp_path / f"a.{suffix}"
    rows = workbook(tmp_path / "a.xlsx", [person("H01", 姓名=SECRET)])
    sheet = openpyxl.load_workbook(rows).active
    head, *body = [[("" if cell.value is None else str(cell.value)) for cell in row] for row in sheet]
    if suffix == "csv":
        source.write_text("\n".join(",".join(row) for row in [head, *body]), encoding="utf-8-sig")
    else:
        con = duckdb.connect()
        con.execute("CREATE TABLE t (" + ", ".join(f'"{name}" VARCHAR' for name in head) + ")")
        con.executemany("INSERT INTO t VALUES (" + ",".join("?" * len(head)) + ")", body)
        con.execute(f"COPY t TO '{source}' (FORMAT parquet)")
    batch = check(source)
    assert source_file(batch).suffix == f".{suffix}"
    import_batch(batch=batch, by=SYSTEM, at=AT)
    assert Household.objects.filter(head_name=SECRET).exists()
    assert [path for path in files(settings) if not is_sealed(path)] == []


def test_what_lay_open_before_is_still_read(check, settings, tmp_path) -> None:
    batch = check(workbook(tmp_path / "a.xlsx", [person("H01", 姓名=SECRET)]))
    for path in files(settings):
        open_file(path, path.with_name(f"x-{path.name}"))
        path.with_name(f"x-{path.name}").replace(path)
    assert json.loads((folder(batch) / "work" / "typed.json").read_text())["rows"] == 1
    import_batch(batch=batch, by=SYSTEM, at=AT)
    assert Household.objects.filter(head_name=SECRET).exists()


def test_a_check_that_breaks_off_leaves_nothing_open(check, settings, tmp_path, monkeypatch) -> None:
    def breaks(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(checking, "annotate", breaks)
    with pytest.raises(KeyboardInterrupt):
        check(workbook(tmp_path / "a.xlsx", [person("H01", 姓名=SECRET)]))
    assert [path for path in files(settings) if not is_sealed(path)] == []
    assert list(settings.WORK_DIR.iterdir()) == []


def test_a_changed_file_is_not_imported(check, settings, tmp_path) -> None:
    batch = check(workbook(tmp_path / "a.xlsx", [person("H01", 姓名=SECRET)]))
    kept = folder(batch) / "work" / "typed.parquet"
    content = kept.read_bytes()
    kept.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(CannotOpen):
        import_batch(batch=batch, by=SYSTEM, at=AT)
    assert not Household.objects.exists()
