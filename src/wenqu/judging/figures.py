"""What this room tells of many households at once: the latest overall verdict and its day."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from wenqu.households.models import Household
from wenqu.judging.models import Grade, OverallCode, Run
from wenqu.kit.days import day_of


def overall_of(households: Sequence[Household]) -> dict[int, str]:
    """By household: «安全（2026-02-28）». The day is that on which it was judged by itself, else of the newest run that covers
    it: a grade's own run only says when it last changed."""
    rows = Grade.objects.filter(household__in=[each.pk for each in households]).values_list("household", "overall", "judged_at")
    grades = {pk: (overall, judged_at) for pk, overall, judged_at in rows}
    runs = list(Run.objects.order_by("-as_of", "-pk").values_list("path", "as_of"))
    out = {}
    for household in households:
        day = next((as_of for path, as_of in runs if household.path.startswith(path)), None)
        if household.pk in grades and day is not None:
            overall, judged_at = grades[household.pk]
            told = max(day, day_of(judged_at)) if judged_at else day
            out[household.pk] = _("%(grade)s（%(day)s）") % {"grade": OverallCode(overall).label, "day": f"{told:%Y-%m-%d}"}
    return out
