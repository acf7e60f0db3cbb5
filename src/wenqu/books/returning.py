"""What came back: held letter by letter against what was sent, then the opinions in it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from wenqu.books.issuing import (
    CODE_OF,
    CONTENT,
    ISSUE_OF,
    SIGNATURE,
    THEIR_PERSON,
    about,
    code_of,
    kept_file,
    layout_of,
)
from wenqu.books.keeping import folder
from wenqu.books.models import Comparison, Issue, Return
from wenqu.books.signing import same, signer
from wenqu.books.table.comparing import CLASS_NAMES, OPEN
from wenqu.books.table.engine import connect
from wenqu.books.table.sheets import (
    AGREE,
    CODE,
    COVER,
    DISAGREE,
    ENDS,
    HEADER_ROWS,
    NUMBER,
    OPINION,
    REMARK,
    Layout,
    plain,
)
from wenqu.importing.excel import read_excel
from wenqu.importing.refusal import TableError
from wenqu.importing.staging import RawSheet, letters, parquet_source, text_literal
from wenqu.kit.crypto.workplace import opened, temporary_files_in, work_folder
from wenqu.kit.masking import cover
from wenqu.kit.refusal import Refused

MOST_FINDINGS = 100
MOST_REMARK = 500


@dataclass
class Back:
    """A workbook that was read: `findings` where it was changed, else the opinions: n -> (agreed, remark, version)."""

    issue: Issue
    person: str
    findings: list[str] = field(default_factory=list)
    opinions: dict[int, tuple[bool, str, int]] = field(default_factory=dict)
    rows: int = 0


def read_back(returned: Return) -> Back:
    """Read a returned workbook. Refuses one that is no result of this comparison."""
    comparison = returned.comparison
    with work_folder() as place, temporary_files_in(place), opened(folder(comparison) / returned.stored) as source, closing(connect(place)) as con:
        try:
            sheets = read_excel(source, place, (), lambda name: None)
        except TableError as error:
            raise Refused(error.code, error.message.replace(source.name, returned.file_name)) from None
        issue, person, findings = _cover(con, comparison, sheets)
        back = Back(issue, person, findings)
        with opened(kept_file(issue)) as kept:
            con.execute(f"CREATE TEMP TABLE kept AS SELECT * FROM {parquet_source(kept)}")
        _check_cover_signature(con, back)
        layout = layout_of(comparison)
        con.execute("CREATE TEMP TABLE back (kind VARCHAR, sheet VARCHAR, r BIGINT, n BIGINT, written VARCHAR, cells VARCHAR[], opinion VARCHAR, remark VARCHAR, code VARCHAR)")
        for sheet in sheets:
            kind = next((kind for kind in OPEN if sheet.name.rstrip("0123456789") == CLASS_NAMES[kind]), None)
            if kind is not None and sheet.columns:
                _take_sheet(con, sheet, kind, layout, back)
        _check_rows(con, back, layout)
        if not back.findings:
            _take_opinions(con, back)
    return back


def _cell(sql: str) -> str:
    return f"trim(replace(replace(coalesce({sql}, ''), chr(13) || chr(10), chr(10)), chr(13), chr(10)), {text_literal(ENDS)})"


def _cover(con: Any, comparison: Comparison, sheets: list[RawSheet]) -> tuple[Issue, str, list[str]]:
    """The issue that a cover names, the other side's person, and the lines of it that were changed."""
    sheet = next((each for each in sheets if each.name == COVER and {0, 1} <= {column.index for column in each.columns}), None)
    if sheet is None:
        raise Refused("no_result_book", _("这不是发出的比对结果：没有“封面”工作表。请把收到的结果工作簿原样填好后交回。"))
    rows = con.execute(f"SELECT _row, {_cell('c0')}, {_cell('c1')} FROM {sheet.source} WHERE _row > 1").fetchall()
    told = {name: text for _row, name, text in rows if name}
    if told.get(CODE_OF) != code_of(comparison):
        raise Refused("other_comparison", _("这份结果不属于这次比对（这里是 %(code)s）。请到它自己的比对页面回导。") % {"code": code_of(comparison)})
    number = told.get(ISSUE_OF, "")
    issue = Issue.objects.select_related("comparison__division").filter(comparison=comparison, number=int(number) if number.isdecimal() and len(number) < 9 else 0, done_at__isnull=False).first()
    if issue is None:
        raise Refused("no_such_issue", _("封面上的发出编号不对：没有发出过第 %(number)s 份结果。") % {"number": number[:20]})
    places = {name: row for row, name, _text in rows}
    findings = [
        _("工作表“%(sheet)s” 第 %(row)s 行 B 列“%(name)s”被改动") % {"sheet": COVER, "row": places.get(name, "?"), "name": name}
        for name, text in [*issue.told, [SIGNATURE, issue.signature]] if told.get(name) != plain(text)
    ]
    return issue, cover(told.get(THEIR_PERSON, ""))[:80], findings


def _check_cover_signature(con: Any, back: Back) -> None:
    """The signature of the cover covers the codes of all rows: compute it anew, from what we kept."""
    sign = signer(about(back.issue), back.issue.signature.partition(".")[0])
    if sign is None:
        # The key was retired since: the kept copy, sealed under the key of today, still tells every change.
        return
    content = next((text for name, text in back.issue.told if name == CONTENT), "")
    if not same(sign.cover(back.issue.told, content), back.issue.signature):
        back.findings.append(_("签名与我方保存的发出记录不符，请联系管理员"))


def _take_sheet(con: Any, sheet: RawSheet, kind: str, layout: Layout, back: Back) -> None:
    locked = layout.locked(kind)
    there = {column.index for column in sheet.columns}

    def cell(place: int) -> str:
        return _cell(f"c{place}") if place in there else "''"

    headers = [group or header for group, header in locked] + layout.free(kind)
    top = con.execute(f"SELECT {', '.join(cell(place) for place in range(len(headers)))} FROM {sheet.source} WHERE _row = 1").fetchone() or ()
    for place, header in enumerate(headers):
        found = top[place] if place < len(top) else ""
        # The right half of a merged header is empty in some programs.
        second = place and headers[place] == headers[place - 1]
        if not (found == plain(header) or (second and not found) or (header == "关键列" and str(found).startswith(header))):
            back.findings.append(_("工作表“%(sheet)s” 第 1 行 %(letter)s 列：表头应为“%(header)s”，列被移动或改动") % {
                "sheet": sheet.name, "letter": letters(place), "header": header})
    if back.findings and len(top) < len(headers):
        return
    cells = ", ".join(cell(place) for place in range(len(locked)))
    opinion, remark, code = (cell(len(locked) + place) for place in range(3))
    con.execute(f"INSERT INTO back SELECT {text_literal(kind)}, {text_literal(sheet.name)}, _row, TRY_CAST({cell(0)} AS BIGINT), {cell(0)}, [{cells}]::VARCHAR[], "
                f"{opinion}, {remark}, {code} FROM {sheet.source} WHERE _row > {HEADER_ROWS} AND len(list_filter([{cells}, {opinion}], lambda each: each <> '')) > 0")


def _check_rows(con: Any, back: Back, layout: Layout) -> None:
    """Name every cell that is not what was sent, by sheet, row and column."""
    def note(sheet: str, row: int, letter: str, header: str, what: str) -> None:
        if len(back.findings) < MOST_FINDINGS:
            back.findings.append(_("工作表“%(sheet)s” 第 %(row)s 行 %(letter)s 列“%(header)s”%(what)s") % {
                "sheet": sheet, "row": row, "letter": letter, "header": header, "what": what})

    for sheet, row in con.execute("SELECT sheet, r FROM back LEFT JOIN kept ON kept.n = back.n AND kept.class = back.kind "
                                  f"WHERE kept.n IS NULL ORDER BY sheet, r LIMIT {MOST_FINDINGS}").fetchall():
        note(sheet, row, "A", NUMBER, _("不是发出的行"))
    for sheet, row in con.execute("SELECT sheet, r FROM back QUALIFY count(*) OVER (PARTITION BY n) > 1 AND n IS NOT NULL "
                                  f"ORDER BY sheet, r LIMIT {MOST_FINDINGS}").fetchall():
        note(sheet, row, "A", NUMBER, _("重复"))
    for kind in OPEN:
        locked = layout.locked(kind)
        changed = con.execute(
            f"SELECT sheet, r, unnest(list_filter(range(1, {len(locked) + 1}), lambda i: back.cells[i] <> kept.cells[i])) AS place FROM back "
            f"JOIN kept ON kept.n = back.n AND kept.class = back.kind WHERE kind = {text_literal(kind)} AND back.cells <> kept.cells "
            f"ORDER BY sheet, r, place LIMIT {MOST_FINDINGS}").fetchall()
        for sheet, row, place in changed:
            group, header = locked[place - 1]
            note(sheet, row, letters(place - 1), f"{group}/{header}" if group else header, _("被改动"))
        free = len(locked)
        for sheet, row in con.execute(f"SELECT sheet, r FROM back JOIN kept ON kept.n = back.n AND kept.class = back.kind WHERE kind = {text_literal(kind)} "
                                      f"AND back.code <> kept.code ORDER BY sheet, r LIMIT {MOST_FINDINGS}").fetchall():
            note(sheet, row, letters(free + 2), CODE, _("被改动"))
        for sheet, row in con.execute(f"SELECT sheet, r FROM back WHERE kind = {text_literal(kind)} AND opinion NOT IN ('', {text_literal(AGREE)}, {text_literal(DISAGREE)}) "
                                      f"ORDER BY sheet, r LIMIT {MOST_FINDINGS}").fetchall():
            note(sheet, row, letters(free), OPINION, _("只能填“同意”或“不同意”"))
        for sheet, row in con.execute(f"SELECT sheet, r FROM back WHERE kind = {text_literal(kind)} AND length(remark) > {MOST_REMARK} ORDER BY sheet, r LIMIT {MOST_FINDINGS}").fetchall():
            note(sheet, row, letters(free + 1), REMARK, _("太长，请缩短到 %(most)d 字以内") % {"most": MOST_REMARK})


def _take_opinions(con: Any, back: Back) -> None:
    """The opinions of rows whose own code is the one that our key gives their cells."""
    sign = signer(about(back.issue), back.issue.signature.partition(".")[0])
    back.rows = con.execute("SELECT count(*) FROM back").fetchone()[0]
    rows = con.execute("SELECT back.sheet, back.r, back.n, back.kind, back.cells, back.code, back.opinion, back.remark, kept.version FROM back JOIN kept ON kept.n = back.n "
                       "WHERE back.opinion <> '' ORDER BY back.n")
    while batch := rows.fetchmany(5_000):
        for sheet, row, n, kind, cells, code, opinion, remark, version in batch:
            if sign is not None and not same(sign.row(n, kind, cells), code):
                back.findings.append(_("工作表“%(sheet)s” 第 %(row)s 行的校验码不符") % {"sheet": sheet, "row": row})
                continue
            back.opinions[n] = (opinion == AGREE, cover(remark)[:MOST_REMARK], version)
    if back.opinions and not back.person:
        raise Refused("no_person", _("请在“封面”填写对方经办人：双方销号要留下两边的姓名。"))
