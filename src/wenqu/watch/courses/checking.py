"""What an act must hold beside what its procedure asks: days, words and photos that are what they are said to be."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from wenqu.evidence.models import Kind
from wenqu.kit.languages import in_english
from wenqu.kit.plain_words import check_no_number
from wenqu.kit.refusal import Refused
from wenqu.rulebook.watch.procedures import Doing, NotAllowed, Outcome, ProcedurePack, Said
from wenqu.watch.courses.given import Given
from wenqu.watch.courses.replay import Replayed

# A reason must be given where somebody is refused, sent back, objected to or ruled on, and where help comes first.
_TOLD = {Doing.OBJECT, Doing.RULE, Doing.URGENT}
_TOLD_OUTCOMES = {Outcome.TURN_DOWN, Outcome.BACK}
_WORDS = 2000


def check_day(day: date, today: date) -> None:
    """Nothing is done tomorrow."""
    if day > today:
        raise Refused("day_ahead", _("日期不能晚于今天"))


def check_given(given: Given, today: date) -> None:
    """What the form told, before the procedure is asked.

    A notice is put up and taken down on the day on which that is written down: its days are counted, and nobody shortens
    them by a date. Other acts may be written down later, in their order.
    """
    if given.doing not in set(Doing):
        raise Refused("act_unknown", _("没有这样的办理事项，请在页面上选择"))
    check_day(given.on, today)
    if given.doing in (Doing.POST, Doing.TAKE_DOWN) and given.on != today:
        raise Refused("notice_day", _("公示须在张贴和撤下的当天登记，日期只能是今天"))
    words = given.words.strip()
    if not words and (given.doing in _TOLD or (given.doing == Doing.TAKE and given.outcome in _TOLD_OUTCOMES)):
        raise Refused("words_missing", _("请写明情况和理由"))
    if len(words) > _WORDS:
        raise Refused("words_too_long", _("说明太长，最多 %(most)s 字") % {"most": _WORDS})
    check_no_number(f"{words} {given.who}")


def check_papers(given: Given, here: Replayed) -> None:
    """Photos are photos, and each shows one board at one moment: none serves twice in a course."""
    pack = here.pack
    unknown = [paper.kind for paper in given.papers if paper.kind not in pack.papers]
    if unknown:
        raise Refused("paper_unknown", _("这一程序里没有这种材料：%(names)s") % {"names": _("、").join(unknown)})
    photos = [paper.file for paper in given.papers if pack.papers[paper.kind].shape == "photo"]
    if any(file.kind != Kind.PHOTO for file in photos):
        raise Refused("photo_needed", _("公示栏照片必须是照片（JPG 或 PNG），不能是文件"))
    seen = {paper.evidence.sha256 for act in here.acts for paper in act.papers.all() if paper.board}
    shown = [file.sha256 for file in photos]
    if len(set(shown)) < len(shown) or seen & set(shown):
        raise Refused("photo_used", _("同一张照片不能用两次：每个公示栏、张贴和撤下时都要各拍一张"))


def refused(reasons: tuple[Said, ...]) -> Refused:
    """Every reason of the procedure, one a line, under the code of the first."""
    code = "wrong_role" if reasons[0].code == "role_wrong" else reasons[0].code
    return Refused(code, "\n".join(said(each) for each in reasons))


def said(reason: Said) -> str:
    """A sentence of the rulebook in the language that is read."""
    return reason.en if in_english() else reason.zh


def not_allowed(error: NotAllowed) -> Refused:
    """The same of what the runner raised."""
    return refused(error.reasons)


def paper_name(pack: ProcedurePack, kind: str) -> str:
    """A kind of paper in the language that is read."""
    paper = pack.papers.get(kind)
    return kind if paper is None else paper.en if in_english() else paper.zh
