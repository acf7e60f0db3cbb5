"""A comparison of two books at a place, with a row, a ruling, an issue and a return: as small as one can be."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from cast import AT
from django.conf import settings

from wenqu.books.models import BookMapping, Comparison, Issue, Return, Ruling
from wenqu.kit.crypto.files import seal_file
from wenqu.places.models import Account, Division

COLUMNS = ["head_name", "phone", "people"]


def two_books(place: Division, name: str, by: Account) -> list[Any]:
    stored = f"books-{hashlib.md5(name.encode()).hexdigest()}"
    folder = Path(settings.UPLOADS_DIR) / stored
    folder.mkdir(parents=True, exist_ok=True)
    row = {"n": 1, "class": "differs", "key": f"{name}户号", "town": f"{name}镇", "own": None, "o_at": "系统台账", "t_at": f"{name}表 第 3 行", "diff": [2],
           "o": [f"{name}户", "13800000001", "3"], "t": [f"{name}户", "13800000001", "4"], "ow": [f"{name}户", "13800000001", "3"], "tw": [f"{name}户", "13800000001", "4"]}
    pq.write_table(pa.Table.from_pylist([row]), folder / "clear")
    seal_file(folder / "clear", folder / "part-1.parquet")
    seal_file(folder / "clear", folder / "issue-1.xlsx")
    (folder / "clear").unlink()
    counts = {
        "rows": {"differs": 1, "only_ours": 0, "only_theirs": 0, "duplicate": 0, "keyless": 0, "matched": 0}, "ours": 1, "theirs": 1, "open": 1, "cells": 1,
        "columns": [{"title": "人数", "count": 1}], "ranges": [["differs", f"{name}镇", 1, 1]], "ours_sha256": "0" * 64,
        "towns": [{"town": f"{name}镇", "differs": 1, "only_ours": 0, "only_theirs": 0, "duplicate": 0, "keyless": 0, "matched": 0}],
    }
    look = {"key": ["number"], "keys": [{"name": "number", "title": "户编号"}], "placed": [{"header": f"{name}表头", "name": "number", "title": "户编号", "letter": "A"}],
            "unplaced": [f"{name}别的列"], "ours": {"rows": 1, "twice": 0, "keyless": 0}, "theirs": {"rows": 1, "twice": 0, "keyless": 0, "examples": []}, "cells": 1,
            "unreadable": [{"sheet": f"{name}表", "row": 3, "letter": "B", "header": "人数", "raw": f"{name}人", "message": "不是数字"}]}
    comparison = Comparison.objects.create(
        division=place, path=place.path, kind="households", other=f"{name}政府", file_name=f"{name}.xlsx", stored=stored, sha256="0" * 64, key=["number"], columns=COLUMNS,
        state="compared", look=look, counts=counts, parts=[{"class": "differs", "first": 1, "last": 1, "file": "part-1.parquet"}], snapshot=f"T-{name}", snapshot_at=AT,
        by=by, created_at=AT, compared_at=AT,
    )
    Ruling.objects.create(comparison=comparison, n=1, verdict="ours", reason=f"{name}理由", by=by, at=AT)
    Issue.objects.create(comparison=comparison, number=1, by=by, at=AT, rows=1, signature="k1.0", told=[["对方单位", f"{name}政府"]], done_at=AT)
    Return.objects.create(comparison=comparison, file_name=f"{name}交回.xlsx", stored="x", sha256="0" * 64, by=by, at=AT, done_at=AT, message=f"{name}说明")
    return [comparison, BookMapping.objects.create(division=place, path=place.path, kind="households", name=f"{name}比对", text="", by=by, at=AT)]
