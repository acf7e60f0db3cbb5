"""Which sample and item each result of a workbook belongs to, and what is to be done with it: asked alike by the dry run and by whoever takes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from wenqu.kit.days import day_of
from wenqu.quality.models import Delivery, Point, Result, ResultState, Sample, SampleState
from wenqu.quality.results.delivering.unplanned import Found, Told, Unplanned
from wenqu.quality.results.reading import Entry, plain, verdict_only
from wenqu.quality.results.writing import same_value, standing_of
from wenqu.quality.samples.numbering import read_number

SAMPLES = 200  # in one chunk, and in one transaction of taking
# What becomes of a result: it is new, new with its sample, corrects one that was returned, stands there already, or is refused.
NEW, WITH_SAMPLE, CORRECTS, SAME = "new", "with_sample", "corrects", "same"
OF_POINT = ("point_unknown", "point_several", "point_not_in_use", "several_samples")
OF_DAY = ("day_missing", "day_to_come")
OF_SAMPLE = ("sample_unknown", "sample_not_taken", "sample_voided", "day_differs", *OF_POINT, *OF_DAY)
OF_CELL = ("verdict_only", "has_result")
REFUSED = OF_SAMPLE + OF_CELL


@dataclass(frozen=True, slots=True)
class Row:
    """One typed result of the workbook with its place."""

    sheet_no: int
    sheet: str
    row: int
    index: int
    number_at: int
    number: str
    sampled_on: date | None
    header: str
    place: str
    entry: Entry
    point: str = ""
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Placed:
    """What is to be done with a result. `standing` is the one that it would take the place of, or that stands in its way; `point`
    is where its sample is still to be registered."""

    row: Row
    outcome: str
    sample: Sample | None = None
    standing: Result | None = None
    point: Point | None = None


def reason(placed: Placed) -> str:
    """Why a result is refused, and what to do about it."""
    row, sample = placed.row, placed.sample
    said = {
        "sample_unknown": _("本县没有这个编号的样品；核对样品编号，或先登记样品"), "sample_not_taken": _("这个样品还没有登记采样；先登记采样，再采用结果"),
        "sample_voided": _("这个样品已作废；结果不能采用"), "verdict_only": verdict_only(),
        "has_result": _("这个样品的这一项已有另一个结果；要改的，在样品的检测结果页上更正"),
        "point_unknown": _("本县没有这个编号或名称的监测点；先登记监测点，再重新试读"), "point_several": _("本县有几个监测点叫这个名称；请改写成监测点编号"),
        "point_not_in_use": _("这一天监测点没有启用；核对采样日期和监测点的启用、停用日期"),
        "several_samples": _("这个监测点这一天登记了样品，对不上是哪一份；请填登记的样品编号"),
        "day_missing": _("没有写明采样日期，不能登记样品"), "day_to_come": _("采样日期在今天以后；核对采样日期"),
    }
    if placed.outcome == "day_differs" and sample is not None and sample.taken_at is not None and row.sampled_on is not None:
        return _("采样日期 %(here)s 与登记的 %(there)s 不同；核对样品编号和采样日期") % {"here": row.sampled_on.isoformat(), "there": day_of(sample.taken_at).isoformat()}
    return said[placed.outcome]


def prepare(con: Any) -> int:
    """Number the samples of a workbook that was just read, so that chunks follow the file and not the database; tells how many chunks."""
    con.execute("""CREATE OR REPLACE TEMP TABLE numbered AS SELECT dense_rank() OVER (ORDER BY s.number) - 1 AS nr, s.sheet_no, n.sheet, s.row, s.idx, s.number_at, s.number,
        s.sampled_on, coalesce(s.point, '') AS point, s.named, s.key, CASE WHEN s.kind <> 'word' THEN s.kind WHEN s.word = 'none' THEN 'not_detected' WHEN s.word = 'some' THEN 'detected' ELSE '' END AS sign,
        s.value, s.unit_used, s.unit_written, s.raw FROM settled s JOIN lab_sheets n USING (sheet_no) WHERE s.code = '' AND s.number IS NOT NULL ORDER BY nr, sheet_no, row, idx""")
    # How many samples of the file name the same point and day.
    con.execute("CREATE OR REPLACE TEMP TABLE meeting AS SELECT point, sampled_on, count(DISTINCT number) AS samples FROM numbered WHERE point <> '' GROUP BY ALL")
    samples = con.execute("SELECT coalesce(max(nr) + 1, 0) FROM numbered").fetchone()[0]
    return -(-int(samples) // SAMPLES)


def chunk(con: Any, number: int, letters: Any) -> list[Row]:
    """The results of one chunk of samples."""
    found = con.execute("""SELECT sheet_no, sheet, row, idx, number_at, number, sampled_on, named, key, sign, value, unit_used, unit_written, raw, point, coalesce(samples, 1) = 1
        FROM numbered LEFT JOIN meeting USING (point, sampled_on) WHERE nr >= ? AND nr < ? ORDER BY nr, sheet_no, row, idx""", [number * SAMPLES, (number + 1) * SAMPLES])
    return [_row(values, letters) for values in found.fetchall()]


def _row(values: tuple[Any, ...], letters: Any) -> Row:
    sheet_no, sheet, row, index, number_at, number, sampled_on, named, key, sign, value, unit, unit_written, raw, point, alone = values
    place = f"{sheet and sheet + ' '}{letters(index)}{row}"[:120]
    entry = Entry(key, (raw or "").strip()[:120], sign, plain(_number(value)), unit or "", (unit_written or "")[:30], place=place)
    return Row(sheet_no, sheet, row, index, number_at, number, sampled_on, named or "", place, entry, point, alone)


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def place_rows(rows: list[Row], delivery: Delivery, unplanned: Unplanned, *, lock: bool = False) -> Iterator[Placed]:
    """What is to be done with each result of a chunk. Five queries, however many rows."""
    found: dict[str, Found] = {number: Found(sample) for number, sample in samples_of(delivery, {row.number for row in rows}, lock=lock).items()}
    found |= unplanned.find({told_of(row) for row in rows if row.number not in found and row.point}, lock=lock)
    keys = [one.sample.pk for one in found.values() if one.sample is not None]
    standing = standing_of(keys)
    taken = set(Result.objects.filter(delivery=delivery, sample__in=keys).values_list("sample", "item", "place"))
    met: dict[tuple[int, str], Entry] = {}
    for row in rows:
        there = found.get(row.number, Found(code="sample_unknown"))
        sample, code = there.sample, there.code or _code(row, there.sample)
        if code or sample is None:
            yield Placed(row, code or WITH_SAMPLE, sample, point=there.point)
            continue
        # One sample may stand there under two ways of writing its number.
        key = sample.pk, row.entry.item
        old, before = standing.get(key), met.setdefault(key, row.entry)
        if before is not row.entry:
            yield Placed(row, SAME if _says(before) == _says(row.entry) else "has_result", sample, old)
            continue
        yield Placed(row, SAME if (*key, row.place) in taken else _beside(old, row.entry), sample, old)


def told_of(row: Row) -> Told:
    """What a row tells of its sample."""
    return Told(row.number, row.point, row.sampled_on, row.alone)


def samples_of(delivery: Delivery, numbers: Iterable[str], *, lock: bool) -> Mapping[str, Sample]:
    """The samples of the delivery's county by their numbers as they were written; what is no number of ours is looked for as it stands."""
    said = {number: read_number(number) or number for number in numbers}
    rows = Sample.objects.filter(county_id=delivery.division_id, number__in=sorted(set(said.values()))).order_by("pk")
    found = {row.number: row for row in (rows.select_for_update(no_key=True) if lock else rows)}
    return {number: found[own] for number, own in said.items() if own in found}


def _says(entry: Entry) -> tuple[str, str, str]:
    return entry.sign, entry.value, entry.unit


def _code(row: Row, sample: Sample | None) -> str:
    if sample is not None:
        if sample.state == SampleState.VOIDED:
            return "sample_voided"
        if sample.taken_at is None:
            return "sample_not_taken"
        if row.sampled_on is not None and row.sampled_on != day_of(sample.taken_at):
            return "day_differs"
    return "" if row.entry.sign else "verdict_only"


def _beside(old: Result | None, entry: Entry) -> str:
    if old is None:
        return NEW
    if old.state == ResultState.RETURNED:
        return CORRECTS
    return SAME if same_value(old, entry) else "has_result"
