"""The page of a household explains the run that graded it, whatever became of the register since."""

from __future__ import annotations

from datetime import date

import pytest
from cast import AT, Cast
from django.conf import settings
from stages import facts, household, scheme, supply

from wenqu.judging.actions import judge_division
from wenqu.judging.models import Grade, OverallCode, Run
from wenqu.judging.queries import explained_verdicts
from wenqu.kit.audit import SYSTEM
from wenqu.schemes.models import Supply

AS_OF = date(2026, 2, 28)


@pytest.fixture
def judged(cast: Cast):
    """A household that is basically safe by the water of its scheme; another scheme has bad water, a village is dry, where the limit is lower."""
    facts(cast.county, rain_mm=900, water_m3_per_head=1500)
    good, bad = scheme(cast.county, "S1", "好水厂"), scheme(cast.county, "S2", "坏水厂")
    facts(good, scheme_class="large", lab_result="pass", short_days=3)
    facts(bad, scheme_class="large", lab_result="fail", short_days=300)
    row = household(cast.village_a1, "H1")
    facts(row, piped="yes", litres_per_person_day=45)
    supply(row, good)
    judge_division(division=cast.county, pack_id="national-2018", as_of=AS_OF, by=SYSTEM, at=AT)
    assert agrees(row) == "basic"
    return row, bad


def agrees(row) -> str:
    row.refresh_from_db()
    verdict = explained_verdicts(row, "zh")
    assert verdict is not None
    assert verdict["overall"] == OverallCode(Grade.objects.get(household=row).overall).name.lower()
    return verdict["overall"]


def test_a_link_that_was_told_late_does_not_change_what_is_explained(judged):
    row, bad = judged
    Supply.objects.update(to_on=date(2026, 2, 1))
    supply(row, bad, since=date(2026, 2, 1))
    assert agrees(row) == "basic"


def test_a_household_that_moved_is_explained_where_it_was(judged, cast: Cast):
    row, _bad = judged
    facts(cast.village_b1, rain_mm=100)
    type(row).objects.filter(pk=row.pk).update(division=cast.village_b1, path=cast.village_b1.path)
    assert agrees(row) == "basic"


def test_a_household_that_came_after_the_run_has_no_verdict(judged, cast: Cast):
    later = household(cast.village_a1, "H2")
    facts(later, piped="yes", litres_per_person_day=5)
    assert explained_verdicts(later, "zh") is None


def test_without_the_file_the_register_tells_what_it_can(judged):
    row, _bad = judged
    (settings.RUNS_DIR / Run.objects.get().file).unlink()
    assert agrees(row) == "basic"
