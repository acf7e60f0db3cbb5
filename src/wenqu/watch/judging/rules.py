"""By which rules a household of a place is judged on a day: edition, income line and months. Without any of them nobody is judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from wenqu.kit.languages import in_english
from wenqu.kit.refusal import Refused
from wenqu.places.queries import lineage
from wenqu.rulebook.income import IncomeLineMissing
from wenqu.rulebook.loader import load_pack
from wenqu.rulebook.watch.judging import JudgingPack, LineNotAdopted, SetLine, Window, line_of, window_before
from wenqu.rulebook.watch.judging.schemes import EVERYWHERE, in_force
from wenqu.watch.models import Edition, PackKind
from wenqu.watch.rules.queries import edition_at, pack_of

LINES = "income-lines"


@dataclass(frozen=True)
class Rules:
    """What a judging goes by. `day` is that before whose month the months of income end."""

    edition: Edition
    pack: JudgingPack
    line: SetLine
    window: Window
    day: date


def rules_at(path: str, day: date) -> Rules:
    """The rules of the county of a place on a day. `Refused` names the document that has to be provided."""
    edition = edition_at(path, PackKind.JUDGING, day)
    if edition is None:
        raise Refused("no_watch_rules", _("本县在 %(day)s 还没有采用监测对象研判规则，不能研判；请先在“监测规则”里采用一个版本并写明依据文件") % {"day": day})
    pack = pack_of(edition)
    assert isinstance(pack, JudgingPack)
    check_in_force(pack, day)
    return Rules(edition, pack, line_for(pack, path, day), window_before(day, int(pack.months.value)), day)


def check_rules(path: str, day: date) -> None:
    """Refuse where nobody may be judged."""
    rules_at(path, day)


def check_in_force(pack: JudgingPack, day: date) -> None:
    """A plan judges only within its dates."""
    if not in_force(pack, day):
        span = f"{pack.in_force} – {pack.until}".rstrip(" –")
        raise Refused("watch_rules_over", _("“%(pack)s”的施行时间是 %(span)s，不能用来研判 %(day)s 的情况；请提供当年的监测方案，由本县制定新版本并采用") % {
            "pack": pack.zh, "span": span, "day": day})


def line_for(pack: JudgingPack, path: str, day: date) -> SetLine:
    """The income line of a place: asked by the names of its county, its province and both together, the nearest first."""
    names = [each.name for each in lineage(path)[:3]]
    joined = ["".join(names[start:]) for start in range(len(names) - 1)] + (["".join((names[0], names[-1]))] if len(names) > 2 else [])
    lines, missing, reference = load_pack(LINES), None, None
    for region in (*reversed(names), *joined, EVERYWHERE):
        try:
            return line_of(pack, region, day.year, lines)
        except LineNotAdopted as refused:
            reference = reference or refused
        except IncomeLineMissing as refused:
            # The province sets the line.
            missing = refused if missing is None or region == names[0] else missing
    why = reference or missing
    assert why is not None
    raise Refused("no_income_line", why.en if in_english() else why.zh)
