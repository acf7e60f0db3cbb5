"""The numbers and words of a pack that a county may set, with their names: what a form shows and ``with_numbers`` takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wenqu.rulebook.duties.model import LEVELS, SEVERITIES, STEPS, UNITS, DutyPack
from wenqu.rulebook.duties.words import STEP_NAMES
from wenqu.rulebook.model import Number

_YES_NO = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Place:
    """One number or word: its key, its name, what stands there now, and the units or words that it may take."""

    key: str
    zh: str
    en: str
    source: Number | None
    units: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def places(pack: DutyPack) -> tuple[Place, ...]:
    """Every place that ``with_numbers`` can set, limits first; a limit that is not set has no source."""
    return (*_limits(pack), *_rules(pack), *_words(pack))


def _limits(pack: DutyPack) -> Iterator[Place]:
    zh, en = STEP_NAMES["zh"], STEP_NAMES["en"]
    for step in STEPS:
        for severity in SEVERITIES:
            name, limit = pack.severities[severity], pack.limits.get((step, severity, ""))
            yield Place(f"limits.{step}.{severity}", f"{name.zh}问题的{zh[step]}时限", f"time to {en[step]}, {name.en} problem",
                        limit.source if limit else None, UNITS)
    for (taken, bad, kind), limit in pack.limits.items():
        if kind:
            name, which = pack.severities[bad], pack.kinds[kind]
            yield Place(limit.key, f"{name.zh}问题（{which.zh}）的{zh[taken]}时限", f"time to {en[taken]}, {name.en} problem ({which.en})",
                        limit.source, UNITS)


def _rules(pack: DutyPack) -> Iterator[Place]:
    for level, rule in pack.escalation.items():
        here, there = pack.levels[level], pack.levels[rule.to]
        yield Place(f"escalation.{level}.after", f"{here.zh}逾期多久升级到{there.zh}", f"overdue time from {here.en} to {there.en}",
                    rule.after.source, UNITS)
    yield Place("reopen.days", "销号后多少天内再次发生自动重开", "days within which a failing subject opens its problem again", pack.reopen, ("d",))
    names: Mapping[str, tuple[str, str]] = {"reports": ("区域告警的未办结反映数", "open reports of an area alarm"),
                                            "window": ("区域告警的时间窗", "window of an area alarm")}
    for key, source in pack.alarm.sources.items():
        yield Place(f"alarm.{key}", *names[key], source, (source.unit,))


def _words(pack: DutyPack) -> Iterator[Place]:
    for severity in pack.severities.values():
        yield Place(f"severities.{severity.id}.level", f"{severity.zh}问题的起始责任层级", f"level that answers first, {severity.en} problem",
                    severity.source, words=LEVELS)
    for kind in pack.kinds.values():
        yield Place(f"kinds.{kind.id}.severity", f"{kind.zh}的默认程度", f"severity by default, {kind.en}", kind.sources["severity"], words=SEVERITIES)
        yield Place(f"kinds.{kind.id}.alarm", f"{kind.zh}是否计入区域告警", f"counts for the area alarm, {kind.en}", kind.sources["alarm"], words=_YES_NO)
