"""The signed result workbook, and the copy that we keep of what stands in it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils import timezone, translation

from wenqu.books.keeping import folder
from wenqu.books.models import Comparison, Issue, Opinion, RowClass, Ruling, Verdict
from wenqu.books.signing import Signer, signer
from wenqu.books.storing import Shown, every_row
from wenqu.books.table.comparing import CLASS_NAMES, CLASSES, OPEN
from wenqu.books.table.ledgers import LEDGERS
from wenqu.books.table.sheets import AGREE, DISAGREE, Layout, ResultBook
from wenqu.kit.crypto.files import seal_file
from wenqu.kit.crypto.workplace import temporary_files_in, work_folder
from wenqu.places.scope import Area

Progress = Callable[[int, int], None]
TITLE = "双台账比对结果"
CODE_OF, ISSUE_OF, SIGNATURE, CONTENT, THEIR_PERSON = "比对编号", "发出编号", "签名", "内容摘要", "对方经办人（请填写）"
ANSWERS = {Opinion.AGREE: AGREE, Opinion.DISAGREE: DISAGREE}
_KEPT = pa.schema([("n", pa.int64()), ("class", pa.string()), ("version", pa.int32()), ("code", pa.string()), ("cells", pa.list_(pa.string()))])
_BATCH = 5_000


@dataclass(frozen=True)
class Written:
    """What was written: rows, the lines of the cover, and its signature."""

    rows: int
    told: list[list[str]]
    signature: str


def about(issue: Issue) -> str:
    """What a signature of this issue is about: no other issue, of whatever comparison, has it."""
    return f"{issue.comparison.stored}/{issue.comparison_id}/{issue.number}"


def code_of(comparison: Comparison) -> str:
    """The number of a comparison as it stands on paper."""
    return f"SB-{comparison.pk}-{comparison.stored[-6:]}"


def layout_of(comparison: Comparison) -> Layout:
    ledger = LEDGERS[comparison.kind]
    return Layout(tuple(ledger.column(name).zh for name in comparison.columns), answered=True,
                  key="、".join(ledger.column(name).zh for name in comparison.key))


def workbook_file(issue: Issue) -> Path:
    return folder(issue.comparison) / f"issue-{issue.number}.xlsx"


def kept_file(issue: Issue) -> Path:
    return folder(issue.comparison) / f"issue-{issue.number}.parquet"


def write_issue(issue: Issue, area: Area, at: datetime, progress: Progress) -> Written:
    """Write the workbook and its copy, both sealed; written again they replace what was there."""
    comparison = issue.comparison
    shown = Shown(comparison, area, phones=issue.whole_phones)
    sign = signer(about(issue))
    assert sign is not None
    codes = hashlib.sha256()
    kinds = CLASSES if issue.every_row else OPEN
    with work_folder() as place, temporary_files_in(place), translation.override("zh-hans"):
        target, kept = place / workbook_file(issue).name, place / kept_file(issue).name
        with ResultBook(target, layout_of(comparison), place) as book, pq.ParquetWriter(kept, _KEPT, compression="zstd") as copy:
            rows = _write_rows(issue, book, copy, shown, sign, codes, kinds, progress)
            told = [*_cover(issue, at), [CONTENT, codes.hexdigest()]]
            signature = sign.cover(told, codes.hexdigest())
            book.write_cover(TITLE, [(name, text) for name, text in [*told, [SIGNATURE, signature], [THEIR_PERSON, ""], *_NOTES]], frozenset({THEIR_PERSON}))
        seal_file(kept, kept_file(issue))
        seal_file(target, workbook_file(issue))
    return Written(rows, told, signature)


_NOTES = [
    ["怎样填写", "在“对方意见”一列填“同意”或“不同意”，不同意的在“对方说明”里写明理由；在上面填写对方经办人。黄色的格可以填写，其他格不要改动。"],
    ["签名的作用", "签名用我方系统的密钥计算，只用于我方回导时发现改动；不是数字证书，不能向第三方证明。"],
]


def _write_rows(issue: Issue, book: ResultBook, copy: Any, shown: Shown, sign: Signer, codes: Any, kinds: tuple[str, ...], progress: Progress) -> int:
    comparison, layout = issue.comparison, book.layout
    total = sum(comparison.counts["rows"][kind] for kind in kinds) or 1
    done, waiting = 0, []
    for row in every_row(comparison, kinds):
        waiting.append(row)
        if len(waiting) == _BATCH:
            done += _write_batch(comparison, waiting, book, layout, copy, shown, sign, codes)
            waiting = []
            progress(done, total)
    done += _write_batch(comparison, waiting, book, layout, copy, shown, sign, codes)
    progress(total, total)
    return done


def _write_batch(comparison: Comparison, rows: list[dict[str, Any]], book: ResultBook, layout: Layout, copy: Any, shown: Shown, sign: Signer, codes: Any) -> int:
    if not rows:
        return 0
    ruled = {ruling.n: ruling for ruling in comparison.rulings.filter(n__gte=rows[0]["n"], n__lte=rows[-1]["n"]).select_related("by")}
    kept: dict[str, list[Any]] = {name: [] for name in _KEPT.names}
    for row in rows:
        row["key"] = shown.key(row["key"])
        ruling, kind = ruled.get(row["n"]), row["class"]
        cells = layout.cells(row, shown.cell, _ruled(ruling))
        code = sign.row(row["n"], kind, cells)
        codes.update(code.encode())
        answer = (ANSWERS.get(Opinion(ruling.opinion), "") if ruling.opinion else "", ruling.remark) if ruling else ("", "")
        book.add(kind, cells, row["diff"], code, answer)
        if kind != RowClass.MATCHED:
            for name, value in zip(_KEPT.names, (row["n"], kind, ruling.version if ruling else 0, code, cells), strict=True):
                kept[name].append(value)
    copy.write_table(pa.table(kept, schema=_KEPT))
    return len(rows)


def _ruled(ruling: Ruling | None) -> tuple[str, str, str, str]:
    if ruling is None:
        return ("", "", "", "")
    return str(Verdict(ruling.verdict).label), ruling.reason, ruling.by.name if ruling.by else "系统", f"{timezone.localtime(ruling.at):%Y-%m-%d %H:%M}"


def _cover(issue: Issue, at: datetime) -> list[list[str]]:
    """The lines of the cover that are signed."""
    comparison = issue.comparison
    counts = comparison.counts
    ruled = comparison.rulings.count()
    assert comparison.snapshot_at is not None
    return [
        [CODE_OF, code_of(comparison)], [ISSUE_OF, str(issue.number)],
        ["台账", str(LEDGERS[comparison.kind].title)], ["区域", comparison.division.name], ["对方单位", comparison.other],
        ["我方台账", f"{counts['ours']:,} 行，快照 {comparison.snapshot}，取自 {timezone.localtime(comparison.snapshot_at):%Y-%m-%d %H:%M:%S}"],
        ["我方快照摘要", counts["ours_sha256"]],
        ["对方台账", f"{comparison.file_name}，{counts['theirs']:,} 行"], ["对方文件摘要", comparison.sha256],
        ["关键列", layout_of(comparison).key], ["比对的列", "、".join(layout_of(comparison).titles)],
        ["空白格", "一方空白算不一致" if comparison.blanks else "一方空白不算不一致"],
        *([CLASS_NAMES[kind], f"{counts['rows'][kind]:,} 行"] for kind in CLASSES),
        ["已裁定", f"{ruled:,} 行，共 {counts['open']:,} 行需要裁定"],
        ["发出", f"{issue.by.name if issue.by else '系统'}，{timezone.localtime(at):%Y-%m-%d %H:%M}"],
    ]
