"""Reports in words: deadlines, where each stands, who was not told yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.kit.languages import in_english, language
from wenqu.quality.reporting.queries import Line
from wenqu.rulebook.quality.plans import PlanPack, State
from wenqu.rulebook.quality.plans.words import MEANS_NAMES

BADGES = {State.DONE: "good", State.DUE: "fair", State.LATE: "bad"}


def deadline_text(at: datetime) -> str:
    """2026-03-02 16:00; the end of a day belongs to the day that it ends."""
    local = timezone.localtime(at)
    return f"{local - timedelta(days=1):%Y-%m-%d} 24:00" if (local.hour, local.minute) == (0, 0) else f"{local:%Y-%m-%d %H:%M}"


def state_text(line: Line, at: datetime) -> str:
    """应报, 已报, 逾期未报, 逾期后报出; said where only some were told."""
    if line.owed.done_at is not None:
        return _("已报") if line.owed.state(at) == State.DONE else _("逾期后报出")
    if line.owed.state(at) == State.LATE:
        return _("逾期，只报了一部分") if line.parts else _("逾期未报")
    return _("应报，已报一部分") if line.parts else _("应报")


def party_names(pack: PlanPack, names: Iterable[str]) -> str:
    """Those who tell or are told, by their names in the plan."""
    return "、".join(pack.parties[name].name(language()) if name in pack.parties else name for name in names)


def means_names(means: Iterable[str]) -> str:
    """电话、书面."""
    return "、".join(MEANS_NAMES[name][in_english()] if name in MEANS_NAMES else name for name in means)


def lacks_text(line: Line) -> str:
    """Who was not told by which means yet: 县卫生局（书面）."""
    return "、".join(f"{party_names(line.pack, [receiver])}（{means_names([means])}）" if means else party_names(line.pack, [receiver]) for receiver, means in line.lacks)
