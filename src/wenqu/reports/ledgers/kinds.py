"""The ledgers that are handed out."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused
from wenqu.reports.ledgers import households, problems, schemes
from wenqu.reports.ledgers.ledger import Ledger

LEDGERS = {each.kind: each for each in (households.LEDGER, schemes.LEDGER, problems.LEDGER)}
EXPORT_JOB = "export_ledger"


def ledger_of(kind: str) -> Ledger:
    if kind not in LEDGERS:
        raise Refused("no_such_ledger", _("没有这种台账"))
    return LEDGERS[kind]
