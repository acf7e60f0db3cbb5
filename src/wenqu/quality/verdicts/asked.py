"""Samples and results of the tables as the rulebook takes them. What is not known stays not known."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from wenqu.kit.days import day_of
from wenqu.quality.models import Result, Sample, Shape
from wenqu.rulebook.model import SchemeClass
from wenqu.rulebook.quality import judging
from wenqu.rulebook.quality.judging import Sign
from wenqu.rulebook.quality.judging.model import NO_DISINFECTANT
from wenqu.rulebook.quality.results.units import convert, unit_of
from wenqu.rulebook.water import WaterLimits

# The kind of a point as the standard asks for it; of a unit or an observer it asks nothing.
PLACES = {Shape.SOURCE: "source", Shape.OUTLET: "outlet", Shape.TAP: "tap", Shape.TANK: "secondary", Shape.SCHOOL: "school", Shape.HOUSEHOLD: "household"}
_SIGNS = frozenset(Sign)
_UNTREATED = frozenset({"无", "未消毒", "不消毒", "没有", NO_DISINFECTANT})
_GROUND, _SURFACE = ("地下", "井", "泉"), ("地表", "水库", "河", "江", "湖", "溪", "塘")


def digest_of(rows: Iterable[Result]) -> str:
    """What counts, as one text: the same results give the same."""
    lines = sorted("\x1f".join((str(row.pk), row.item, row.sign, row.value, row.unit, row.detection)) for row in rows)
    return hashlib.sha256("\x1e".join(lines).encode()).hexdigest()


def sample_asked(sample: Sample, water: WaterLimits) -> judging.Sample:
    """What is known of a sample: as it was frozen when it was taken."""
    assert sample.taken_at is not None
    known = sample.scheme_class in set(SchemeClass)
    limits = (sample.source_limited, sample.treatment_limited)
    return judging.Sample(
        taken_on=day_of(sample.taken_at), scheme_class=SchemeClass(sample.scheme_class) if known else None,
        limited=True if True in limits else None if None in limits else False, groundwater=_groundwater(sample),
        point=PLACES.get(Shape(sample.point.shape)) if sample.point is not None else None,
        disinfectant=agent_of(sample.disinfectant, water), due=tuple(sample.items))


def agent_of(text: str, water: WaterLimits) -> str | None:
    """The disinfectant that a text names; ``None`` where it names none that the standard knows."""
    said = text.strip()
    if said in _UNTREATED:
        return NO_DISINFECTANT
    for agent in water.disinfectants.values():
        names = {agent.key, agent.zh, agent.en, *agent.aliases}
        if said in names or said.removesuffix("消毒") in names:
            return agent.key
    return None


def _groundwater(sample: Sample) -> bool | None:
    kind = sample.point.scheme.source_kind if sample.point is not None and sample.point.scheme is not None else ""
    return True if any(word in kind for word in _GROUND) else False if any(word in kind for word in _SURFACE) else None


def result_asked(row: Result, water: WaterLimits) -> judging.Result:
    """One result in the unit of its limit; what stands in another unit that cannot be said in it says nothing."""
    sign = sign_of(row)
    value = _number(row.value or (row.detection if sign in (Sign.NOT_DETECTED, Sign.BELOW) else ""))
    if value is not None:
        value = _in_unit(value, row, water)
        if value is None:
            return judging.Result(row.item, None)
    return judging.Result(row.item, sign, value)


def sign_of(row: Result) -> Sign | None:
    """How the laboratory gave it; None for what says nothing."""
    return Sign(row.sign) if row.sign in _SIGNS else None


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _in_unit(value: Decimal, row: Result, water: WaterLimits) -> Decimal | None:
    """In the unit of the limit. Where a standard counts in several units a number stands as it was counted."""
    wanted = units_of(row.item, water)
    if not row.unit or not wanted or row.unit in wanted:
        return value
    written = unit_of(row.unit)
    for name in wanted:
        target = unit_of(name)
        if written is not None and target is not None and written.measures == target.measures:
            return convert(value, written, target)
    return None


def units_of(item: str, water: WaterLimits) -> tuple[str, ...]:
    """The units in which an item may be given."""
    if item in water.residuals:
        return (water.residuals[item].upper.unit,)
    return water.items[item].units if item in water.items else ()
