"""What this room tells people inside the product."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from wenqu.people.notices import offer_notice


def offer() -> None:
    offer_notice("problem_assign", _("%(giver)s 把问题 %(number)s 交办给您"))
    offer_notice("problem_transfer", _("%(giver)s 把问题 %(number)s 转办给您"))
    offer_notice("problem_return", _("%(giver)s 退回了问题 %(number)s，请重新整改"))
