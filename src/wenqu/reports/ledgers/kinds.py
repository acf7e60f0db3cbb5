"""The ledgers that are handed out, alone or several in one workbook."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused
from wenqu.reports.ledgers import fixed, funds, households, problems, schemes, six, water
from wenqu.reports.ledgers.ledger import Ledger
from wenqu.reports.ledgers.offers import WORDS

EXPORT_JOB = "export_ledger"


@dataclass(frozen=True)
class Offer:
    """What one export is: a title, and the ledgers of its workbook."""

    kind: str
    title: str
    ledgers: tuple[Ledger, ...]


_WORKBOOKS: dict[str, tuple[str, tuple[Ledger, ...]]] = {
    **{ledger.kind: (ledger.title, (ledger,)) for ledger in (households.LEDGER, schemes.LEDGER, problems.LEDGER, funds.LEDGER, six.LEDGER, water.LEDGER)},
    "fixed": ("发现与整改统计表", (fixed.LEDGER, fixed.PLACES)),
    "all": ("农村饮水安全四套台账", (households.LEDGER, schemes.LEDGER, problems.LEDGER, funds.LEDGER)),
}
OFFERS = {kind: Offer(kind, *_WORKBOOKS[kind]) for kind in WORDS}


def offer_of(kind: str) -> Offer:
    if kind not in OFFERS:
        raise Refused("no_such_ledger", _("没有这种台账"))
    return OFFERS[kind]
