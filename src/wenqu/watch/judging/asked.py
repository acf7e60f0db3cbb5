"""What a judging pack asks of a household beside its items, by name: the fields of the entry page, and what may be told in them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from wenqu.kit.languages import in_english
from wenqu.rulebook.model import Number
from wenqu.rulebook.names import UNIT_NAMES
from wenqu.rulebook.watch.judging import JudgingPack, household_columns
from wenqu.rulebook.watch.judging.facts import excluded_column, secured_column
from wenqu.rulebook.watch.judging.model import NONE

# Known from elsewhere: the register, the four indicators, the list, and the colour that stands.
WATER = secured_column("water")
FROM_ELSEWHERE = frozenset({"registered", "marked", "kept_grade", WATER})
_MOST_FEN, _MOST = 10**12, 10**6
YES_NO, MONEY, COUNT, NUMBER, CHOICE, TEXT = "yes_no", "money", "count", "number", "choice", "text"


@dataclass(frozen=True)
class Asked:
    """One thing asked: its column, name in the chosen language, kind of answer, and the document that asks for it."""

    name: str
    label: str
    kind: str
    group: str
    choices: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    help: str = ""
    document: str = ""
    clause: str = ""


def asked_by(pack: JudgingPack) -> tuple[Asked, ...]:
    """Everything that a pack asks for and that is told by hand, each column once, in the order of the page."""
    found = {each.name: each for each in (*_house(pack), *_named(pack), *_screens(pack))}
    columns = household_columns(pack)
    return tuple(each for name, each in found.items() if name in columns and name not in FROM_ELSEWHERE)


def _house(pack: JudgingPack) -> tuple[Asked, ...]:
    english = in_english()
    house, found, meeting = _("家庭情况"), _("入户核实"), _("村民代表会议")
    causes = tuple((one.id, one.en if english else one.zh) for one in pack.causes if one.on)
    return (
        Asked("living", _("实际共同生活人数"), COUNT, house, unit=_("人")),
        Asked("was_poor", _("是否建档立卡脱贫户"), YES_NO, house, help=_("不填时按台账的户类型。")),
        Asked("cause", _("主要风险"), CHOICE, house, ((NONE, _("核实过，没有风险")), *causes)),
        Asked("stable", _("脱贫是否稳定"), YES_NO, house),
        Asked("income_before_fen", _("上一年家庭纯收入"), MONEY, house, unit=_("元")),
        Asked("forecast_fen", _("预估当年家庭纯收入"), MONEY, house, unit=_("元")),
        Asked("heavy", _("刚性支出是否过重"), YES_NO, found, help=_("入户核实的结论；不填时按支出标准判断。")),
        Asked("collapsed", _("收入是否大幅缩减"), YES_NO, found, help=_("入户核实的结论；不填时按缩减比例判断。")),
        Asked("meeting_admits", _("村民代表会议是否同意例外纳入"), YES_NO, meeting, **_source(pack.exception)),
        Asked("meeting_reason", _("例外纳入的理由"), TEXT, meeting),
    )


def _named(pack: JudgingPack) -> tuple[Asked, ...]:
    english = in_english()
    guarantees = tuple(Asked(secured_column(one.id), one.en if english else one.zh, YES_NO, _("“两不愁三保障”是否有保障"), **_source(one.applies))
                       for one in pack.guarantees if one.on)
    return guarantees + tuple(Asked(excluded_column(one.id), one.en if english else one.zh, YES_NO, _("原则上不纳入的情形是否存在"), **_source(one.applies))
                              for one in pack.exclusions if one.on)


def _screens(pack: JudgingPack) -> tuple[Asked, ...]:
    english = in_english()
    return tuple(
        Asked(one.fact, one.en if english else one.zh, YES_NO if one.when in ("yes", "no") else NUMBER, _("部门筛查"),
              unit=UNIT_NAMES["en" if english else "zh"].get(one.limit.unit, one.limit.unit) if one.when not in ("yes", "no") else "",
              help=one.department, **_source(one.limit))
        for one in pack.screens if one.limit.value != "no")


def _source(number: Number) -> dict[str, Any]:
    return {"document": number.document, "clause": number.clause}


def canonical(asked: Asked, text: str) -> str:
    """What was written, as it is kept; "" for «not known». `ValueError` with the sentence for whoever wrote it."""
    text = text.strip()
    if not text or asked.kind == TEXT:
        if len(text) > 300:
            raise ValueError(_("最多 300 字"))
        return text
    if asked.kind in (YES_NO, CHOICE):
        allowed = ("yes", "no") if asked.kind == YES_NO else tuple(value for value, _label in asked.choices)
        if text not in allowed:
            raise ValueError(_("请从列出的选项里选"))
        return text
    return str(fen_of(text)) if asked.kind == MONEY else _number(text, whole=asked.kind == COUNT)


def fen_of(text: str) -> int:
    """Yuan as they are written, in whole fen."""
    value = _decimal(text)
    if value != value.quantize(Decimal("0.01")) or not 0 <= value * 100 <= _MOST_FEN:
        raise ValueError(_("请填写金额（元），最多两位小数，不能是负数"))
    return int(value * 100)


def _number(text: str, *, whole: bool) -> str:
    value = _decimal(text)
    if not 0 <= value <= (100 if whole else _MOST) or (whole and (value != int(value) or value < 1)) or value != value.quantize(Decimal("0.01")):
        raise ValueError(_("请填写 1 到 100 的整数") if whole else _("请填写不小于 0 的数，最多两位小数"))
    return format(value.normalize(), "f")


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) > _MOST_FEN:
        raise ValueError(_("请填写数字"))
    return value
