"""What this room shows on the page of a household: its verdict, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from wenqu.facts.models import SubjectKind
from wenqu.facts.panels import in_words
from wenqu.households.models import Household
from wenqu.judging.models import Grade
from wenqu.judging.queries import explained_verdicts
from wenqu.kit.languages import language
from wenqu.kit.moments import moment_of
from wenqu.rulebook.names import cited, measured
from wenqu.rulebook.schema import RULE_UNIT

# What decided comes first.
_WEIGHT = {"failed": 0, "unknown": 1, "basic": 2}


def summary_of_household(household: Household, request: HttpRequest) -> dict[str, Any]:
    """The overall grade, with the sentences of the indicators that are not met; the worst first."""
    verdict = verdict_of_household(household, request)["verdict"]
    if verdict is None:
        return {"overall": ""}
    rows = [row for row in verdict["rows"] if row["grade"] in _WEIGHT]
    return {"overall": verdict["overall"], "rows": sorted(rows, key=lambda row: _WEIGHT[row["grade"]])}


def verdict_of_household(household: Household, request: HttpRequest) -> dict[str, Any]:
    """The explained verdict of the newest run; without one, the panel says so. Both panels of a page share one reading."""
    kept = f"verdict_of_household_{household.pk}"
    if not hasattr(request, kept):
        moment = moment_of(request)
        setattr(request, kept, _read(household, moment.at if moment else None))
    return getattr(request, kept)


def _clause(text: str) -> str:
    return _("条款未见") if text == "not found" else text


def _read(household: Household, until: datetime | None) -> dict[str, Any]:
    lang = language()
    verdict = explained_verdicts(household, lang, until)
    if verdict is None:
        return {"verdict": None}
    for row in verdict["rows"]:
        row["label"] = Grade._meta.get_field(row["indicator"]).verbose_name  # type: ignore[union-attr]
        limit = row["limit"]
        if limit is not None:
            row["document"], row["clause"] = cited(limit.document, lang), _clause(row["clause"])
            row["limit_words"] = "" if limit.unit == RULE_UNIT else measured(limit.value, limit.unit, lang)
        for used in row["used"]:
            used["words"] = in_words(used["name"], used["value"], lang)
            used["whose"] = SubjectKind(used["subject"][0]).label
    return {"verdict": verdict}
