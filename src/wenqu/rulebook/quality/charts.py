"""Control charts: mean, warning and action lines of a series, and the rules by which a point is flagged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from wenqu.rulebook.model import Amount, Number
from wenqu.rulebook.quality.control import Charts

ACTION, WARNING, NEAR, SIDE, TREND = "beyond_action", "beyond_warning", "near_warning", "same_side", "trend"
# What stops the work; a single point beyond the warning line only asks for attention.
OUT_OF_CONTROL = (ACTION, NEAR, SIDE, TREND)
FLAG_NAMES = {
    ACTION: ("超出控制线", "beyond the action line"), WARNING: ("超出警告线", "beyond the warning line"),
    NEAR: ("连续几点中多点在同侧警告线外", "several of consecutive points beyond the warning line on one side"),
    SIDE: ("连续多点在均值同侧", "consecutive points on one side of the mean"), TREND: ("连续多点一直上升或下降", "consecutive points rising or falling"),
}


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a chart: mean ± warning and ± action."""

    mean: Decimal
    deviation: Decimal
    warning: tuple[Decimal, Decimal]
    action: tuple[Decimal, Decimal]


def lines_of(values: Sequence[Amount], charts: Charts) -> Lines | None:
    """The lines out of a series that was in control; ``None`` while it is shorter than the pack asks for."""
    numbers = [Decimal(str(value)) for value in values]
    if len(numbers) < max(2, _count(charts.points)):
        return None
    with localcontext() as context:
        context.prec = 28
        mean = sum(numbers, Decimal(0)) / len(numbers)
        deviation = (sum(((one - mean) ** 2 for one in numbers), Decimal(0)) / (len(numbers) - 1)).sqrt()
    return lines_about(mean, deviation, charts)


def lines_about(mean: Decimal, deviation: Decimal, charts: Charts) -> Lines:
    """The lines about a mean and a standard deviation that are given, as of a reference material."""
    warning, action = (Decimal(number.value) * deviation for number in (charts.warning, charts.action))
    return Lines(mean, deviation, (mean - warning, mean + warning), (mean - action, mean + action))


def flags_of(values: Sequence[Amount], lines: Lines, charts: Charts, *, only_upper: bool = False) -> tuple[tuple[str, ...], ...]:
    """For each point, in order of time, the rules that flag it. A rule about several points flags the last of them. `only_upper`: of
    figures that are the better the smaller they are, such as deviations of parallels, nothing below the mean and nothing falling is flagged."""
    least = 0 if only_upper else -1
    points = [Decimal(str(value)) for value in values]
    near, near_of, side, trend = (_count(number) for number in (charts.near, charts.near_of, charts.side, charts.trend))
    found = []
    for index, point in enumerate(points):
        flags = []
        if max(least, _beyond(point, lines.action)):
            flags.append(ACTION)
        elif max(least, _beyond(point, lines.warning)):
            flags.append(WARNING)
        last = [max(least, _beyond(one, lines.warning)) for one in points[max(0, index - near_of + 1):index + 1]]
        if last[-1] and last.count(last[-1]) >= near:
            flags.append(NEAR)
        if _one_way([max(least, _sign(one - lines.mean)) for one in points[max(0, index - side + 1):index + 1]], side):
            flags.append(SIDE)
        window = points[max(0, index - trend + 1):index + 1]
        if _one_way([max(least, _sign(later - earlier)) for earlier, later in zip(window, window[1:], strict=False)], trend - 1):
            flags.append(TREND)
        found.append(tuple(flags))
    return tuple(found)


def _count(number: Number) -> int:
    return int(Decimal(number.value))


def _sign(number: Decimal) -> int:
    return (number > 0) - (number < 0)


def _one_way(signs: Sequence[int], count: int) -> bool:
    """True when there are so many and all are up or all down."""
    return len(signs) >= count > 0 and set(signs) in ({1}, {-1})


def _beyond(point: Decimal, lines: tuple[Decimal, Decimal]) -> int:
    """1 above the upper line, -1 below the lower one, 0 on or between them."""
    return 1 if point > lines[1] else -1 if point < lines[0] else 0
