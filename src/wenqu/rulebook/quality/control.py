"""Quality control of a laboratory's work (packs of the kind "quality-control"): blanks, parallels, spikes and their limits.

What cannot be worked out (a parallel below detection, a blank without its detection limit) is not known, never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from wenqu.rulebook.model import Amount, Number, Pack
from wenqu.rulebook.quality.judging.held import numeric
from wenqu.rulebook.quality.judging.model import Result, Sign
from wenqu.rulebook.schema import Table, number, rule

LEVEL_UNIT = "mg/L"
MOST_POINTS = 1000


@dataclass(frozen=True, slots=True)
class Charts:
    """How a control chart is drawn and which points it flags. ``warning`` and ``action`` are multiples of s."""

    points: Number
    warning: Number
    action: Number
    near: Number
    near_of: Number
    side: Number
    trend: Number


@dataclass(frozen=True, slots=True)
class Control:
    """Body of a pack of the kind "quality-control". ``levels`` are (content, largest deviation), from the highest content down.
    ``formula`` says how a recovery is worked out, ``volume`` how much of a bottle may be added without counting as dilution."""

    blank: Number
    field_blanks: Number
    transport_blanks: Number
    share: Number
    levels: tuple[tuple[Number, Number], ...]
    recovery: tuple[Number, Number]
    dose: tuple[Number, Number]
    formula: Number
    volume: Number
    charts: Charts


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of quality control: good, bad or not known (``None``), what it came to (lowest and highest, in the unit of the
    limit), and the numbers it was held against."""

    good: bool | None
    reason: str
    low: Fraction | None = None
    high: Fraction | None = None
    limits: tuple[Number, ...] = ()


def read_control(root: Table) -> Control | None:
    """The body of a pack, or ``None`` when it cannot be read (problems say why)."""
    groups = {name: root.table(name) for name in ("blanks", "parallels", "spikes", "charts")}
    blanks, parallels, spikes, charts = groups.values()
    if blanks is None or parallels is None or spikes is None or charts is None:
        return None
    blank = rule(blanks, "rule", ("below-detection",))
    counts = [number(blanks, name, "个/批") for name in ("field", "transport")]
    share = number(parallels, "share", "%")
    levels = []
    for row in parallels.rows("levels"):
        level, limit = number(row, "level", LEVEL_UNIT), number(row, "limit", "%")
        row.done()
        if level and limit:
            levels.append((level, limit))
    if not levels or any(_exact(high) <= _exact(low) for (high, _), (low, _) in zip(levels, levels[1:], strict=False)):
        parallels.problems.add(parallels.path("levels"), "levels_order", "含量水平要从高到低写，至少一行")
    spiked = [number(spikes, name, unit) for name, unit in (("low", "%"), ("high", "%"), ("least_dose", "倍"), ("most_dose", "倍"))]
    formula, volume = rule(spikes, "rule", ("found-minus-own-over-added",)), number(spikes, "most_volume", "%")
    drawn = [number(charts, name, "s" if name in ("warning", "action") else "个") for name in Charts.__slots__]
    for group in groups.values():
        assert group is not None
        group.done()
    found = [one for one in (blank, *counts, share, *spiked, formula, volume, *drawn) if one is not None]
    if len(found) < 10 + len(drawn):
        return None
    control = Control(found[0], found[1], found[2], found[3], tuple(levels), (found[4], found[5]), (found[6], found[7]), found[8], found[9], Charts(*found[10:]))
    _check_sense(root, control)
    return control


def _check_sense(root: Table, control: Control) -> None:
    """Limits that no figure could keep, or no series could break, are a slip of the pen."""
    charts = control.charts
    for key, low, high in (("spikes.high", *control.recovery), ("spikes.most_dose", *control.dose), ("charts.action", charts.warning, charts.action)):
        if _exact(low) >= _exact(high):
            root.problems.add(f"{key}.value", "value_range", f"{high.value} 应大于 {low.value}")
    if _exact(charts.near) > _exact(charts.near_of):
        root.problems.add("charts.near.value", "value_range", f"{charts.near.value} 不能多于 {charts.near_of.value}")
    whole = {"blanks.field": control.field_blanks, "blanks.transport": control.transport_blanks} | {
        f"charts.{name}": getattr(charts, name) for name in Charts.__slots__ if name not in ("warning", "action")}
    for key, one in whole.items():
        if _exact(one).denominator != 1 or _exact(one) > MOST_POINTS or _exact(one) < (2 if key == "charts.points" else 0 if key.startswith("blanks") else 1):
            root.problems.add(f"{key}.value", "value_range", f"{one.value} 不合理，应是整数")


def control_of(pack: Pack) -> Control:
    """The limits of a pack; ``TypeError`` for a pack of another kind."""
    if not isinstance(pack.control, Control):
        raise TypeError(f"pack {pack.id} is of kind {pack.kind}, not quality-control")
    return pack.control


def _exact(value: Number | Amount | Fraction) -> Fraction:
    return Fraction(str(value.value if isinstance(value, Number) else value))


def blank_figure(result: Result, detection_limit: Amount | None, control: Control) -> Figure:
    """A field or transport blank: good below the detection limit, its own where the result gives one."""
    if result.blank:
        return Figure(None, "blank_missing", limits=(control.blank,))
    if result.sign in (Sign.BELOW, Sign.NOT_DETECTED):
        return Figure(True, "blank_clean", limits=(control.blank,))
    if result.sign is not Sign.VALUE or result.value is None:
        return Figure(False, "blank_found", limits=(control.blank,))
    value = _exact(result.value)
    if detection_limit is None:
        return Figure(None, "blank_limit_missing", value, value, (control.blank,))
    good = value < _exact(detection_limit)
    return Figure(good, "blank_clean" if good else "blank_found", value, value, (control.blank,))


def parallel_figure(first: Result, second: Result, unit: str, control: Control) -> Figure:
    """Two results of one sample: |a−b|/(a+b) in percent, against the limit of their mean content. Not to be worked out below
    detection, beyond the range, or where both are zero; without a limit where the unit is not that of the levels."""
    if first.sign is not Sign.VALUE or second.sign is not Sign.VALUE or first.value is None or second.value is None:
        return Figure(None, "parallel_not_numbers")
    one, other = _exact(first.value), _exact(second.value)
    if one + other == 0:
        return Figure(None, "parallel_not_numbers")
    percent = abs(one - other) / (one + other) * 100
    if unit != LEVEL_UNIT:
        return Figure(None, "parallel_no_limit", percent, percent)
    mean = (one + other) / 2
    level, limit = next((row for row in control.levels if mean >= _exact(row[0])), control.levels[-1])
    good = percent <= _exact(limit)
    return Figure(good, "parallel_close" if good else "parallel_apart", percent, percent, (limit, level))


def added_by(strength: Amount, volume: Amount, bottle: Amount) -> Fraction:
    """What a standard solution adds to the content of a bottle, in the unit of its strength; both volumes in one unit."""
    if min(strength, volume, bottle) <= 0:
        raise ValueError("标准溶液浓度、加入体积和水样体积都要大于零")
    return _exact(strength) * _exact(volume) / _exact(bottle)


def volume_figure(volume: Amount, bottle: Amount, control: Control) -> Figure:
    """How much of a bottle was added, in percent: more than the limit dilutes the sample, and no recovery can be told."""
    percent = _exact(volume) / _exact(bottle) * 100
    good = percent <= _exact(control.volume)
    return Figure(good, "volume_small" if good else "volume_large", percent, percent, (control.volume,))


def spike_figure(before: Result, after: Result, added: Amount | Fraction, control: Control) -> Figure:
    """What was found again of an addition, in percent: an interval where the sample itself is below detection. An addition that
    does not suit the content of the sample tells nothing."""
    if added <= 0:
        raise ValueError("加标量要大于零")
    if not numeric(before) or not numeric(after) or after.sign is not Sign.VALUE or before.sign is Sign.ABOVE:
        return Figure(None, "spike_not_numbers")
    assert before.value is not None and after.value is not None
    base, dose = _exact(before.value), _exact(added)
    low = (_exact(after.value) - base) / dose * 100
    high = low if before.sign is Sign.VALUE else _exact(after.value) / dose * 100
    least, most = control.dose
    if before.sign is Sign.VALUE and base > 0 and not _exact(least) * base <= dose <= _exact(most) * base:
        return Figure(None, "spike_dose", low, high, control.dose)
    bottom, top = map(_exact, control.recovery)
    if bottom <= low and high <= top:
        return Figure(True, "spike_found", low, high, control.recovery)
    # Below detection the lowest is not reached itself: the true content is less than the detection limit.
    if high < bottom or low > top or (low == top and high > low):
        return Figure(False, "spike_lost" if high < bottom else "spike_excess", low, high, control.recovery)
    return Figure(None, "spike_open", low, high, control.recovery)


def share_figure(parallels: int, samples: int, control: Control) -> Figure:
    """Parallels among the samples of a batch or a month, in percent."""
    if samples <= 0:
        return Figure(None, "share_no_samples", limits=(control.share,))
    percent = Fraction(parallels * 100, samples)
    good = percent >= _exact(control.share)
    return Figure(good, "share_enough" if good else "share_short", percent, percent, (control.share,))


def blanks_figure(field: int, transport: int, control: Control) -> Figure:
    """Blanks of a batch: enough of both kinds."""
    good = field >= _exact(control.field_blanks) and transport >= _exact(control.transport_blanks)
    return Figure(good, "blanks_enough" if good else "blanks_short", limits=(control.field_blanks, control.transport_blanks))
