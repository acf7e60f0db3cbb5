"""What this room tells of many households at once: the latest overall verdict and its day."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from wenqu.households.models import Household
from wenqu.judging.models import Grade, OverallCode, Run


def overall_of(households: Sequence[Household]) -> dict[int, str]:
    """By household: «安全（2026-02-28）». The day is that of the newest run that covers it: a grade's own run only says when it last changed."""
    grades = dict(Grade.objects.filter(household__in=[each.pk for each in households]).values_list("household", "overall"))
    runs = list(Run.objects.order_by("-as_of", "-pk").values_list("path", "as_of"))
    out = {}
    for household in households:
        day = next((as_of for path, as_of in runs if household.path.startswith(path)), None)
        if household.pk in grades and day is not None:
            out[household.pk] = _("%(grade)s（%(day)s）") % {"grade": OverallCode(grades[household.pk]).label, "day": f"{day:%Y-%m-%d}"}
    return out
