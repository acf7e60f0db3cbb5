"""What somebody writes by hand for an item: the same ways of writing as in a laboratory's workbook."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from wenqu.kit.plain_words import check_no_number
from wenqu.kit.refusal import Refused
from wenqu.rulebook.quality.judging.model import Sign
from wenqu.rulebook.quality.results.items import reading_of
from wenqu.rulebook.quality.results.naming import names_of_all
from wenqu.rulebook.quality.results.units import times, unit_of
from wenqu.rulebook.quality.results.values import Result as Written
from wenqu.rulebook.quality.results.values import read_result
from wenqu.rulebook.quality.results.wrongs import sentence

_SIGNS = {"none": Sign.NOT_DETECTED, "some": Sign.DETECTED}
MOST_DIGITS = 38


@dataclass(frozen=True, slots=True)
class Answer:
    """One item as it was written."""

    written: str
    unit: str = ""
    detection: str = ""
    method: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a sample as it is kept: numbers as plain decimal text in `unit`."""

    item: str
    written: str
    sign: str
    value: str
    unit: str
    unit_written: str = ""
    detection: str = ""
    method: str = ""
    place: str = ""


def plain(value: Decimal | None) -> str:
    """A number in its shortest decimal writing, "" for none."""
    if value is None:
        return ""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def verdict_only() -> str:
    """The sentence for 合格 and 不合格, which are somebody's verdict and no result."""
    return _("只写了合格或不合格，没有检测结果；填测得的数值，或“未检出”“无”“有”")


def read_answer(item: str, answer: Answer) -> Entry | None:
    """What was written for an item, `None` for a blank; refused with a sentence that says what to write instead."""
    known = names_of_all().items.get(item)
    if known is None:
        raise Refused("item_unknown", _("没有这个检测项目，请重新选择"))
    found = read_result(answer.written)
    if found.kind == "blank":
        return None
    if found.kind == "wrong":
        raise Refused(found.code, sentence(found.code))
    check_no_number(answer.method)
    sign = _sign(found)
    if found.unit and answer.unit.strip() and unit_of(found.unit) != unit_of(answer.unit):
        raise Refused("units_conflict", sentence("units_conflict"))
    unit_written = (found.unit or answer.unit).strip()
    used, factor = _unit(item, unit_written, numbered=found.value is not None or bool(answer.detection.strip()))
    value = times(found.value, factor) if found.value is not None else None
    limit = _detection(answer.detection, factor)
    for number in (value, limit):
        if len(plain(number)) > MOST_DIGITS:
            raise Refused("too_fine", sentence("too_fine"))
    return Entry(item, answer.written.strip()[:120], sign, plain(value), used, unit_written[:30], plain(limit), answer.method.strip()[:120])


def _sign(found: Written) -> str:
    if found.kind != "word":
        return Sign(found.kind).value
    if found.word not in _SIGNS:
        raise Refused("verdict_only", verdict_only())
    return _SIGNS[found.word].value


def _unit(item: str, written: str, *, numbered: bool) -> tuple[str, Decimal]:
    known = names_of_all().items[item]
    used, factor, code = reading_of(known, written)
    if not numbered and not written:
        return "", Decimal(1)
    if code:
        raise Refused(code, sentence(code, units=" 或 ".join(known.units)))
    return used, factor


def _detection(text: str, factor: Decimal) -> Decimal | None:
    if not text.strip():
        return None
    found = read_result(text)
    if found.kind != "value" or found.value is None or found.value == 0:
        raise Refused("detection_wrong", _("检出限看不懂；填大于零的数值，例如 0.001，单位与结果相同"))
    return times(found.value, factor)
