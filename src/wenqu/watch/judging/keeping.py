"""What the clock does by itself: households are judged again where another room knows something else by now.

A new grade of the drinking water, a household that came onto the list or left it, that moved while its county was judged, a
corrected number of people: the conclusion says what it saw of them, so that nothing is remembered and nothing is missed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Substr
from django.utils.translation import gettext as _

from wenqu.households.models import Household
from wenqu.judging.models import Grade
from wenqu.kit.audit import SYSTEM
from wenqu.kit.days import day_of
from wenqu.kit.refusal import why_not
from wenqu.places import paths
from wenqu.places.scope import below
from wenqu.watch.judging.actions import judge_again
from wenqu.watch.judging.rules import check_rules
from wenqu.watch.models import Watched, WatchGrade

EVERY_SECONDS = 60.0
_MOST = 500


def tick(*, at: datetime, going_on: Callable[[], bool] = lambda: True) -> int:
    """Judge again whoever is behind. Returns how many."""
    count = 0
    for county in sorted(set(behind().annotate(county=Substr("path", 1, paths.COUNTY)).order_by().values_list("county", flat=True))):
        # Where no rules are in force nobody is judged, and nobody else has to wait for it.
        if why_not(check_rules, county, day_of(at)) is not None:
            continue
        for household in Household.objects.filter(pk__in=list(behind().filter(below(county)).values_list("pk", flat=True)[:_MOST])):
            if not going_on():
                return count
            judge_again(household=household, reason=_("饮水安全结论、监测名单或家庭人数有变化"), by=SYSTEM, at=at)
            count += 1
    return count


def behind() -> QuerySet[WatchGrade]:
    """The conclusions that saw something else of the other rooms than what these know now."""
    listed = Exists(Watched.objects.filter(household=OuterRef("household"), left_on=None))
    water = Subquery(Grade.objects.filter(household=OuterRef("household")).values("overall")[:1])
    rows = WatchGrade.objects.filter(household__left_on=None).annotate(
        water_seen=Coalesce("water", 0), water_now=Coalesce(water, 0), marked_now=ExpressionWrapper(listed, output_field=BooleanField()),
        people_seen=Coalesce("people", 0), people_now=Coalesce("household__people", 0))
    same = Q(water_seen=F("water_now"), people_seen=F("people_now"), marked=F("marked_now"), path=F("household__path"))
    return rows.exclude(same).order_by("pk")
