"""Refuse dates that no consent can have. The form and the action ask here."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from wenqu.households.consent.rules import MOST_YEARS, wrong_dates
from wenqu.kit.refusal import Refused


def check_dates(given_on: date, until: date, today: date) -> None:
    code = wrong_dates(given_on, until, today)
    if code is not None:
        raise Refused(code, {
            "given_later": _("授权日期不能晚于今天"),
            "ends_before_it_begins": _("有效期不能早于授权日期"),
            "over_already": _("有效期已过，不需要登记"),
            "too_long": _("有效期最长 %(years)s 年，从授权日期算起") % {"years": MOST_YEARS},
        }[code])
