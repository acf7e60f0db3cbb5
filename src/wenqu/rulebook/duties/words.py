"""The words of duties in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from wenqu.rulebook.duties.model import Step, Unit

STEP_NAMES: Mapping[str, Mapping[str, str]] = {
    "zh": {Step.VERIFY: "核实", Step.ASSIGN: "交办", Step.RECTIFY: "整改", Step.CHECK: "复核", Step.SIGN_OFF: "销号", Step.FILE: "备案"},
    "en": {Step.VERIFY: "verify", Step.ASSIGN: "assign", Step.RECTIFY: "rectify", Step.CHECK: "check", Step.SIGN_OFF: "sign off",
           Step.FILE: "file"},
}
UNIT_NAMES: Mapping[str, Mapping[str, str]] = {
    "zh": {Unit.HOURS: "小时", Unit.WORKING_DAYS: "个工作日", "d": "天", "reports": "起", "day_of_month": "日", "times_a_year": "次/年", "weeks": "周",
           "rule": ""},
    "en": {Unit.HOURS: "hours", Unit.WORKING_DAYS: "working days", "d": "days", "reports": "reports", "day_of_month": "of the month",
           "times_a_year": "times a year", "weeks": "weeks", "rule": ""},
}


def calendar_note(years: tuple[int, ...], lang: str = "zh") -> str:
    """A sentence for a deadline that rests on years without a list of holidays; "" when it rests on none."""
    if not years:
        return ""
    if lang == "zh":
        return f"{'、'.join(map(str, years))}年的放假和补班安排尚未收录，只按周末推算，收录后期限可能变动。"
    return f"The holidays and make-up days of {', '.join(map(str, years))} are not known yet: only weekends count as days off, and the deadline may move."
