"""What this room tells of many households at once: the latest overall verdict and its day."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from wenqu.households.models import Household
from wenqu.judging.models import Grade, OverallCode


def overall_of(households: Sequence[Household]) -> dict[int, str]:
    rows = Grade.objects.filter(household__in=[each.pk for each in households]).values_list("household", "overall", "run__as_of")
    return {pk: _("%(grade)s（%(day)s）") % {"grade": OverallCode(overall).label, "day": f"{day:%Y-%m-%d}"} for pk, overall, day in rows}
