"""What a chart of quality control is drawn from."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from wenqu.quality.control.figures import BAD, BLANKS, Mark
from wenqu.quality.control.queries import Chart
from wenqu.quality.control.words import figure_text
from wenqu.quality.models import Role
from wenqu.quality.templatetags.results import value_text
from wenqu.rulebook.quality.charts import OUT_OF_CONTROL
from wenqu.rulebook.quality.control import Control


def chart_data(chart: Chart, control: Control) -> dict[str, Any]:
    """Points and lines of one chart; in percent, of blanks in the unit of the results."""
    blank = chart.kind in BLANKS
    lines = chart.lines
    return {
        "unit": next((mark.unit for mark in chart.marks if mark.unit), "") if blank else "%",
        "dots": [dot for mark in chart.marks if (dot := _dot(mark, chart.flags.get(mark.sample.pk, ()), blank)) is not None],
        "limits": [float(str(one.value)) for one in control.recovery] if chart.kind == Role.SPIKE else [],
        "lines": None if lines is None else {
            # Of a deviation only what is above the mean is worse.
            "mean": float(lines.mean), **{name: [float(one) for one in (ends[1:] if chart.kind == Role.PARALLEL else ends) if one > 0] for name, ends in (("warning", lines.warning), ("action", lines.action))}},
    }


def _dot(mark: Mark, flags: tuple[str, ...], blank: bool) -> dict[str, Any] | None:
    """One point; `None` where there is no number to be drawn. A bound, or one end of a range, is drawn hollow."""
    if blank:
        number = _number(mark.own.value or mark.own.detection) if mark.own is not None else None
        bound = mark.own is not None and mark.own.sign not in ("", "value")
        limit = _number(mark.own.detection) if mark.own is not None else None
        said = value_text(mark.own) if mark.own is not None else ""
    else:
        number, bound, said = mark.figure.high, mark.number is None, figure_text(mark.figure)
        # What a parallel may deviate by follows from its content, so that it is a step at every point.
        limit = Fraction(str(mark.figure.limits[0].value)) if mark.sample.role == Role.PARALLEL and mark.figure.limits else None
    if number is None:
        return None
    bad = mark.state == BAD or any(flag in OUT_OF_CONTROL for flag in flags)
    return {"on": mark.on.isoformat(), "value": float(number), "low": float(mark.figure.low) if bound and not blank and mark.figure.low is not None else None, "bound": bound,
            "limit": None if limit is None else float(limit), "said": f"{mark.on.isoformat()}  {mark.sample.number}  {said}", "state": "bad" if bad else "fair" if flags else mark.state}


def _number(text: str) -> Fraction | None:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
