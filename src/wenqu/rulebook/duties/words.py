"""The words of duties in both languages, and sentences that say where a deadline comes from."""

from __future__ import annotations

from collections.abc import Mapping

from wenqu.rulebook.duties.model import DutyPack, Escalation, Limit, Step, Unit
from wenqu.rulebook.model import Number
from wenqu.rulebook.names import NOT_FOUND_NAMES
from wenqu.rulebook.schema import NOT_FOUND

STEP_NAMES: Mapping[str, Mapping[str, str]] = {
    "zh": {Step.VERIFY: "核实", Step.ASSIGN: "交办", Step.RECTIFY: "整改", Step.CHECK: "复核", Step.SIGN_OFF: "销号", Step.FILE: "备案"},
    "en": {Step.VERIFY: "verify", Step.ASSIGN: "assign", Step.RECTIFY: "rectify", Step.CHECK: "check", Step.SIGN_OFF: "sign off",
           Step.FILE: "file"},
}
_UNITS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "zh": {Unit.HOURS: ("小时", "小时"), Unit.WORKING_DAYS: ("个工作日", "个工作日")},
    "en": {Unit.HOURS: ("hour", "hours"), Unit.WORKING_DAYS: ("working day", "working days")},
}
_UNVERIFIED = {"zh": "，未核实", "en": ", unverified"}


def amount(limit: Limit, lang: str = "zh") -> str:
    """A limit as people write it: "24 小时", "3 working days"."""
    one, many = _UNITS[lang][limit.unit]
    return f"{limit.amount} {one if limit.amount == 1 else many}"


def cited(source: Number, lang: str = "zh") -> str:
    """Where a number comes from: document and clause, saying so where none was found, and whether it is verified."""
    sure = "" if source.verified else _UNVERIFIED[lang]
    if source.document == NOT_FOUND:
        return f"依据{NOT_FOUND_NAMES['zh']}{sure}" if lang == "zh" else f"no source found{sure}"
    clause = NOT_FOUND_NAMES[lang] if source.clause == NOT_FOUND else source.clause
    if lang == "zh":
        return f"依据：{source.document}，{'条款未见' if source.clause == NOT_FOUND else clause}{sure}"
    return f"{source.document}, clause {clause}{sure}"


def explain_limit(pack: DutyPack, step: str, severity: str, kind: str | None = None, lang: str = "zh") -> str:
    """One sentence: by when a step is due and by which document, or that the pack does not say."""
    limit = pack.limit(step, severity, kind)
    what, name = STEP_NAMES[lang][step], pack.severities[severity]
    if lang == "zh":
        subject = f"{name.zh}问题" + (f"（{pack.kinds[kind].zh}）" if limit and kind and limit.key.startswith("kind_limits") else "")
        if limit is None:
            return f"{pack.zh}没有规定{subject}的{what}时限，不计逾期；请按本县文件填写。"
        return f"{subject}应在 {amount(limit)}内{what}（{cited(limit.source)}）。"
    subject = name.en + " problem" + (f" ({pack.kinds[kind].en})" if limit and kind and limit.key.startswith("kind_limits") else "")
    if limit is None:
        return f"{pack.en}: no time is set to {what} a problem of this severity ({name.en}); it never counts as overdue until the county's document fills it in."
    return f"Time to {what}, {subject}: {amount(limit, lang)} ({cited(limit.source, lang)})."


def explain_escalation(pack: DutyPack, rule: Escalation, lang: str = "zh") -> str:
    """One sentence: after how long an overdue problem goes up, and where to."""
    here, there = pack.levels[rule.level], pack.levels[rule.to]
    if lang == "zh":
        return f"{here.zh}逾期超过 {amount(rule.after)}，升级到{there.zh}（{cited(rule.after.source)}）。"
    return f"Overdue at the {here.en} by more than {amount(rule.after, lang)}: goes up to the {there.en} ({cited(rule.after.source, lang)})."


def calendar_note(years: tuple[int, ...], lang: str = "zh") -> str:
    """A sentence for a deadline that rests on years without a list of holidays; "" when it rests on none."""
    if not years:
        return ""
    if lang == "zh":
        return f"{'、'.join(map(str, years))}年的放假和补班安排尚未收录，只按周末推算，收录后期限可能变动。"
    return f"The holidays and make-up days of {', '.join(map(str, years))} are not known yet: only weekends count as days off, and the deadline may move."
