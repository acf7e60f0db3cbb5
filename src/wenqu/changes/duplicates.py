"""Whether somebody or a household stands in the register already: what forbids a change, and what somebody has to look at.

The identity number is searched in the whole county. Of a household outside the area of whoever asks, only that the number is
taken is said: nobody may be registered twice, and who it is stays with those who see that household.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from wenqu.changes.models import Change, Kind, State
from wenqu.changes.planning import Home, Plan
from wenqu.households.lookup import ID_LABEL
from wenqu.households.models import Household, Member
from wenqu.households.showing import clear, showing
from wenqu.importing.cell_errors import message
from wenqu.importing.cell_people import read_id_number
from wenqu.kit.crypto.fields import label_of
from wenqu.kit.crypto.seal import digests, plain_number
from wenqu.kit.refusal import Refused
from wenqu.places.scope import Area, within


def read_identity(text: str) -> str:
    """The number in its plain form; refused with what is wrong with it where it is no identity number (GB 11643)."""
    if not text.strip():
        return ""
    number, code = read_id_number(text)
    if number is None:
        raise Refused("bad_identity", message(code or "bad_id_form"))
    return number


def check_free_identity(number: str, county: int, area: Area, but: Change | None = None, whose: int | None = None) -> None:
    """Nobody who stands in the county has this number, and nobody else is asked for with it. `whose`: the member that it is of."""
    if not number:
        return
    taken = Member.objects.filter(id_digest__in=digests(plain_number(number), ID_LABEL), household__county=county, household__left_on=None)
    person = taken.exclude(pk=whose).select_related("household").first()
    if person is not None:
        raise Refused("identity_taken", _("这个证件号码已登记在%(where)s；请先在那户办理减少，或核对号码") % {"where": _where(person.household, area)})
    asked = Change.objects.filter(identity_digest__in=digests(plain_number(number), label_of(Change, "identity")), state=State.ASKED, household__county=county)
    if asked.exclude(pk=but.pk if but else 0).exists():
        raise Refused("identity_asked", _("已有人用这个证件号码申请增加成员，尚待核定；请勿重复申请"))


def _where(home: Household, area: Area) -> str:
    if not area.whole.covers(home.path):
        return _("本县另一户（不在您的管辖区域内，请由县级核实）")
    return f"{showing(area).name(home.head_name, home.path)}（{home.number}）"


def check_free_number(number: str, county: int, but: Change | None = None) -> None:
    """No household of the county has or had this number, and no other split asks for it."""
    if Household.ever.filter(county=county, number=number).exists():
        raise Refused("number_taken", _("本县已有这个户编号；请核对新户的户编号"))
    if Change.objects.filter(new_number=number, state=State.ASKED, household__county=county).exclude(pk=but.pk if but else 0).exists():
        raise Refused("number_asked", _("另一个待核定的分户申请用了这个户编号；请核对"))


def check_not_both(homes: Sequence[Home]) -> None:
    """Nobody is a member of two households that become one."""
    seen: dict[str, str] = {}
    keys = [each.pk for home in homes for each in home.present]
    for person in Member.objects.filter(pk__in=keys).order_by("pk"):
        number = plain_number(clear(person.id_number))
        if number and number in seen:
            raise Refused("registered_twice", _("%(name)s在两户都有登记（证件号码相同）；请先在一户办理“减少成员（重复登记）”") % {"name": person.name})
        seen[number] = person.name


def warnings(kind: str, homes: Sequence[Home], plan: Plan, county: int, area: Area) -> list[str]:
    """What looks like somebody twice, within the area: to be looked at, and said that it was."""
    told: list[str] = []
    home = homes[0]
    if plan.new_person is not None:
        name = plan.new_person.name
        if any(each.name == name for each in home.present):
            told.append(_("这户已有同名成员%(name)s") % {"name": name})
        same = within(Member.objects.filter(name=name, household__head_name=home.head_name, household__left_on=None, household__county=county), area.whole, "household__path")
        told += [_("同名同户主：%(name)s已登记在%(where)s") % {"name": name, "where": _where(each.household, area)}
                 for each in same.exclude(household=home.pk).select_related("household").order_by("pk")[:3]]
    if kind == Kind.SPLIT and plan.new_home is not None:
        same_head = within(Household.objects.filter(path=home.path, head_name=plan.new_home.head_name), area.whole).exclude(pk=home.pk)
        told += [_("本村已有同名户主：%(where)s") % {"where": _where(each, area)} for each in same_head.order_by("pk")[:3]]
    if kind == Kind.MERGE:
        names = {each.name for each in homes[1].present}
        told += [_("两户都有叫%(name)s的成员，请核对是否同一人") % {"name": each.name} for each in home.present if each.name in names]
    return told
