"""Why something may not be done, what is late and what is owed: stable codes, and their sentences in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wenqu.rulebook.clauses import Clause
from wenqu.rulebook.names import cited
from wenqu.rulebook.watch.procedures.clauses import Outcome

# code -> (zh, en); a test raises every one of them.
SENTENCES: Mapping[str, tuple[str, str]] = {
    "edition_other": ("本户的程序按原版本（{pack}）走到底，不能中途换成另一版本", "this course stays with the edition it began with ({pack})"),
    "not_in_force": ("这一程序在 {day} 不施行（{pack}：{span}）", "the procedure is not in force on {day} ({pack}: {span})"),
    "not_entered": ("本户尚未纳入监测，不能开始风险消除程序", "the household is not on the list yet"),
    "course_over": ("本户的程序已经结束，不能再办理", "this course is over"),
    "day_before": ("日期不能早于上一次办理的日期 {last}", "the day may not be before {last}, the day of the last act"),
    "step_unknown": ("这一程序里没有这个环节", "the procedure has no such step"),
    "step_order": ("现在应办“{awaited}”，不能跳过或颠倒环节", "the step awaited is {awaited}; none may be skipped or reordered"),
    "role_wrong": ("这一环节由{actor}办理，您的角色不能办理", "this step is taken by {actor}, not by your role"),
    "person_same": ("“{other}”是您办理的，这一环节须由另一人办理", "you took {other}; another person must take this step"),
    "outcome_wrong": ("这一环节不能这样办结，可选：{outcomes}", "the step cannot end so; it may: {outcomes}"),
    "already_taken": ("这一环节已经作出决定，等待公示", "the step was taken already and waits for its notice"),
    "too_early": ("距上一环节不满 {days} 天，最早 {day} 才能办理", "not before {day}, {days} days after the step before"),
    "paper_missing": ("缺少材料：{paper}", "missing: {paper}"),
    "paper_unsigned": ("“{paper}”须有全部签字：{signers}", "{paper} must be signed by: {signers}"),
    "votes_missing": ("会议记录没有写明表决情况：到会、同意、反对、弃权", "the minutes lack the votes"),
    "votes_wrong": ("表决票数与到会人数不符", "the votes do not add up to those present"),
    "votes_short": ("同意 {agree} 票，到会 {present} 人，未达到{share}，不能通过", "{agree} of {present} agreed, fewer than {share}"),
    "votes_enough": ("同意 {agree} 票，到会 {present} 人，已达到{share}，不能不予通过", "{agree} of {present} agreed, which is {share}: it cannot be turned down"),
    "notice_none": ("这一程序结果不公示", "nothing is made public in this procedure"),
    "notice_not_asked": ("这一环节没有公示", "this step has no notice"),
    "notice_not_due": ("尚未作出决定，或者公示已经张贴", "nothing to post: not decided yet, or posted already"),
    "notice_not_up": ("现在没有正在张贴的公示", "no notice is on the boards"),
    "notice_short": ("公示未满 {days} 天，最早 {day} 才能撤下", "{days} full days are not over before {day}"),
    "photo_missing": ("缺少{board}公示栏的照片", "no photo of the board of the {board}"),
    "objection_open": ("还有异议没有处理：{objections}", "objections without a ruling: {objections}"),
    "objection_unnamed": ("请写明异议编号，且不能与已有的重复", "the objection needs a number of its own"),
    "objection_unknown": ("没有这个待处理的异议", "no such objection waits for a ruling"),
    "ruling_wrong": ("异议的处理结果应是成立或不成立", "an objection is upheld or rejected"),
    "ruling_own": ("异议须由作出决定、张贴公示以外的另一人处理", "another person than who decided or posted must rule on it"),
    "back_wrong": ("不能退回到这一环节", "the step cannot go back there"),
    "urgent_none": ("这一程序不允许先行帮扶", "this procedure has no help before its steps"),
    "urgent_entry": ("只有纳入程序可以先行帮扶", "only on the way onto the list"),
    "urgent_done": ("已经确认先行帮扶", "confirmed already"),
    "help_not_yet": ("尚未纳入监测，也未确认先行帮扶，不能落实帮扶措施", "neither on the list nor confirmed as urgent"),
    "help_turned_down": ("本户经程序未予纳入，不能再落实帮扶措施", "turned down by the procedure"),
    "condition_unknown": ("“{condition}”尚未核实，不能标注风险消除", "not known whether: {condition}"),
    "condition_unmet": ("“{condition}”没有达到，不能标注风险消除", "not met: {condition}"),
    "workers_unknown": ("家庭劳动力情况尚未核实，不能标注风险消除", "the number of working members is not known"),
    "no_worker_unprotected": ("整户无劳动能力，尚未落实兜底保障措施，不能标注风险消除", "no working member and no basic protection yet"),
    "no_worker_fresh": ("整户无劳动能力，{since} 才落实兜底保障，未满 {months} 个月，持续跟踪监测，暂不标注风险消除",
                        "no working member and under basic protection only since {since}: not within {months} months"),
    # late
    "step_late": ("“{step}”应在 {due} 前办结", "{step} was due by {due}"),
    "whole_late": ("全部程序应在 {due} 前办结", "the whole course was due by {due}"),
    "month_late": ("“{step}”应在 {due} 前完成当月一次", "{step} of the month was due by {due}"),
    "debt_late": ("先行帮扶后欠补的环节应在 {due} 前补齐", "the steps owed after urgent help were due by {due}"),
    # owed
    "step_owed": ("先行帮扶，欠补环节“{step}”，{due} 前补齐", "owed after urgent help: {step}, by {due}"),
    "month_owed": ("“{step}”{due} 前完成当月一次", "{step} of the month, by {due}"),
    "posting_owed": ("“{step}”应当张贴公示", "{step}: the notice is to be posted"),
    "ruling_owed": ("异议 {objection} 应当处理", "objection {objection} is to be ruled on"),
    "down_owed": ("“{step}”公示期满，应当撤下并留照片", "{step}: the notice is to come down"),
    # alarms
    "no_measure": ("纳入监测满 {months} 个月没有帮扶措施（应在 {due} 前落实）", "no measure within {months} months of entry (by {due})"),
    "removed_soon": ("纳入监测 {months} 个月内就标注帮扶消除，请核查", "removed within {months} months of entry"),
}
OUTCOMES: Mapping[str, tuple[str, str]] = {
    Outcome.GO_ON: ("通过，进入下一环节", "go on"), Outcome.TURN_DOWN: ("不予通过", "turn down"),
    Outcome.STAY: ("暂无变化，下月再办", "again next month"), Outcome.BACK: ("退回前面的环节", "back"),
}
LEVEL_NAMES: Mapping[str, tuple[str, str]] = {"village": ("村", "village"), "town": ("乡镇", "town"), "county": ("县", "county")}
SHARES: Mapping[str, tuple[str, str]] = {"more_than_half": ("过半数", "more than half"), "two_thirds": ("三分之二", "two thirds")}
SIGNERS: Mapping[str, tuple[str, str]] = {
    "household": ("农户本人签字或按手印", "the household (signature or fingerprint)"), "first_secretary": ("第一书记", "first secretary"),
    "branch_secretary": ("村支部书记", "branch secretary"), "director": ("村主任", "village director"), "seal": ("盖章", "seal"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A code with what it speaks of and the clause that it rests on; ``zh`` and ``en`` are its sentence."""

    code: str
    about: str = ""
    fields: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    clause: Clause | None = None

    @property
    def zh(self) -> str:
        """The sentence in Chinese with its clause."""
        return f"{self._sentence(0)}{self._where('zh')}。"

    @property
    def en(self) -> str:
        """The sentence in English with its clause."""
        return f"{self._sentence(1)}{self._where('en')}."

    def _sentence(self, lang: int) -> str:
        return SENTENCES[self.code][lang].format(**{name: pair[lang] for name, pair in self.fields.items()})

    def _where(self, lang: str) -> str:
        if self.clause is None:
            return ""
        where = cited(self.clause.clause, lang)
        if lang == "zh":
            return f"（依据：{'条款未见' if where == '未见' else where}{'' if self.clause.verified else '，未核实'}）"
        return f" (clause {where}{'' if self.clause.verified else ', unverified'})"


def say(code: str, clause: Clause | None = None, about: str = "", **fields: object) -> Said:
    """A sentence by its code; a field is a pair (zh, en) or the same text in both."""
    told = {name: value if isinstance(value, tuple) else (str(value), str(value)) for name, value in fields.items()}
    return Said(code, about, told, clause)


def joined(pairs: list[tuple[str, str]]) -> tuple[str, str]:
    """Names in a row, in both languages."""
    return "、".join(zh for zh, _ in pairs), ", ".join(en for _, en in pairs)
