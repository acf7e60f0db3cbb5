"""Who may do what with a household's data. Buttons, pages and actions ask here."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wenqu.households.models import Consent, Household
from wenqu.kit.refusal import Refused
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right, role_names
from wenqu.places.scope import Area


def check_can_record_consent(household: Household, area: Area) -> None:
    check_may(Right.CONSENT, household.path, area)
    check_stands(household)


def check_stands(household: Household) -> None:
    """Refuse what is no more to be done with a household that left the register or was merged into another."""
    if household.merged_into is not None:
        raise Refused("household_merged", _("这户已于 %(day)s 并入 %(into)s，请在并入后的户办理") % {"day": household.left_on, "into": household.merged_into.number})
    if household.left_on is not None:
        raise Refused("household_left", _("这户已于 %(day)s 退出台账，不能再办理") % {"day": household.left_on})


def check_can_withdraw(consent: Consent, area: Area) -> None:
    """Where the household is now: who moved must be able to take back what was recorded at the old place."""
    check_may(Right.CONSENT, consent.household.path, area)
    if consent.withdrawn_on is not None:
        raise Refused("already_withdrawn", _("这份授权已经撤回"))


def check_can_reveal(household: Household, area: Area) -> None:
    """A look at whole numbers needs the right at the household itself; an open glass shows masked numbers only."""
    check_may(Right.REVEAL, household.path, area)


def check_can_open_glass(area: Area) -> None:
    """Whoever holds the right anywhere may ask for one household elsewhere."""
    _check_somewhere(Right.GLASS, area)


def check_can_ask(area: Area) -> None:
    _check_somewhere(Right.QUERY, area)


def _check_somewhere(right: Right, area: Area) -> None:
    if not area.whole.may(right).paths:
        raise Refused("wrong_role", _("您的职责不包括“%(right)s”；需要的职责：%(roles)s") % {"right": right.label, "roles": role_names(right)})
