"""The demo's year of water tests: believable, whole, and never ahead of its time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from test_demo import NOW, lived, load

from wenqu.demo import actions, commands, tested
from wenqu.facts.models import Fact, Key
from wenqu.kit.audit import SYSTEM
from wenqu.ledger.models import Problem, Step
from wenqu.places.models import Division
from wenqu.places.scope import EVERYWHERE
from wenqu.quality.control.limits import control_limits
from wenqu.quality.control.queries import chart_of, marks
from wenqu.quality.effects import overdue
from wenqu.quality.models import (
    Custody,
    Delivery,
    Dose,
    Overdue,
    PlanAdoption,
    Point,
    ReportMade,
    Result,
    Review,
    Sample,
    Verdict,
)
from wenqu.quality.reporting.queries import chains
from wenqu.quality.showing.notice import lines_of
from wenqu.quality.showing.seasonal import seasonal_figures
from wenqu.rulebook.loader import load_pack
from wenqu.rulebook.quality.control import control_of


def year_of(at: datetime) -> Division:
    """A small county with nothing but its year of tests."""
    top = load(households=1200, schemes=120)
    actions.add_demo_accounts(division=top, passwords=commands.PASSWORDS, by=SYSTEM, at=at)
    assert tested.live_through_a_year(division=top, at=at) > 100
    return top


def counts(top: Division) -> tuple[int, ...]:
    return (Sample.objects.count(), Result.objects.count(), Verdict.objects.count(), Step.objects.count(), Overdue.objects.count(), Delivery.objects.count(),
            Problem.objects.filter(path__startswith=top.path).count())


@pytest.mark.django_db
def test_a_year_of_water_is_whole_when_the_demo_is_opened():
    top, _digest = lived(households=1200)
    assert set(Sample.objects.values_list("state", flat=True)) == {"planned", "taken", "handed_over", "received", "voided"}
    assert set(Sample.objects.values_list("role", flat=True)) == {"routine", "retest", "field_blank", "transport_blank", "parallel", "spike"}
    assert set(Point.objects.values_list("shape", flat=True)) == {"outlet", "tap", "school", "household"}
    assert Sample.objects.filter(taken_by__username="zhen").exists() and Sample.objects.filter(role="retest", state="planned").exists()
    assert {(row.year, row.pack_id) for row in PlanAdoption.objects.filter(division=top)} == {(2025, "plan-county-water"), (2026, "plan-county-water")}
    # Results: from a workbook, by hand and measured beside the water; settled by a second person; some wait, some were returned.
    assert set(Result.objects.values_list("origin", flat=True)) == {"file", "hand", "field"}
    assert {"entered", "reviewed", "returned"} <= set(Result.objects.values_list("state", flat=True))
    assert all(one.by_id not in (one.result.entered_by_id, one.result.sample.taken_by_id) for one in Review.objects.filter(opinion="accept").select_related("result__sample"))
    assert set(Delivery.objects.values_list("state", flat=True)) == {"taken", "read"}
    assert Delivery.objects.get(state="read").told["wrong"] >= 3 and Delivery.objects.get(state="taken").counts["new"] > 100
    # Verdicts and what follows from them.
    assert set(Verdict.objects.values_list("verdict", flat=True)) == {"fit", "unfit", "undetermined"}
    assert Verdict.objects.filter(verdict="fit").count() > 0.8 * Verdict.objects.count()
    unfit = Verdict.objects.filter(verdict="unfit")
    assert all(row.problem is not None and row.told == "fail" for row in unfit)
    assert {row.problem.state for row in unfit if row.problem} >= {"filed", "assigned", "found"}
    for row in unfit.filter(problem__state="filed"):
        assert row.problem and row.problem.steps.filter(transition="inform", note__contains="复检合格").exists()
        told = dict(Fact.objects.filter(subject_id=row.problem.subject_id, subject_kind=2, key=Key.LAB_RESULT).values_list("reference", "value"))
        assert (told[row.sample.number], told[Sample.objects.get(role="retest", of=row.sample).number]) == ("fail", "pass")
    assert [row.sample_id is None for row in Overdue.objects.order_by("sample_id")].count(True) == 1 and Overdue.objects.count() == 2
    assert not Step.objects.filter(detail__has_key="clock_said").exists()
    # Enough of each kind of control for a chart to be drawn.
    least = int(control_of(load_pack("quality-control")).charts.points.value)  # type: ignore[arg-type]
    for role in ("parallel", "spike"):
        assert Result.objects.filter(sample__role=role, item="fluoride", state="reviewed").count() >= least
    assert Dose.objects.count() == Result.objects.filter(sample__role="spike").count() > 0
    chart = chart_of("spike", marks(EVERYWHERE, top.path, None, NOW.date(), control_limits(), "fluoride"), NOW.date() - timedelta(days=365), control_limits())
    assert chart.lines is not None and {mark.state for mark in chart.marks} == {"good", "waiting"}
    # Reports of the last year were made, those of this year are not; one followed a finding within its hours.
    assert {row.year for row in ReportMade.objects.filter(happening=None)} == {2025} and not any(chain.open for chain in chains(top.path, 2026))
    # What people look at first is filled.
    assert len(lines_of(top.path, NOW.date())) >= 20
    seasons = {each.season: each.rate for each in seasonal_figures(EVERYWHERE, top.path, 2026)}
    assert seasons["wet"].judged >= 15 and seasons["dry"].judged >= 10 and seasons["wet"].people > seasons["wet"].people_fit > 0
    before = counts(top)
    commands.live(top, NOW + timedelta(days=1))
    assert counts(top) == before


@pytest.mark.django_db
@pytest.mark.parametrize("at", [datetime(2026, 1, 2, 2, 0, tzinfo=UTC), datetime(2026, 7, 1, 2, 0, tzinfo=UTC)], ids=["new-year", "summer"])
def test_nothing_happens_after_the_demo_is_opened(at):
    top = year_of(at)
    assert not Custody.objects.filter(at__gt=at).exists() and not Sample.objects.filter(made_at__gt=at).exists()
    assert not Result.objects.filter(entered_at__gt=at).exists() and not Review.objects.filter(at__gt=at).exists() and not Verdict.objects.filter(at__gt=at).exists()
    assert not Step.objects.filter(at__gt=at).exists() and not Problem.objects.filter(opened_at__gt=at).exists()
    assert (at - Sample.objects.filter(taken_at__isnull=False).earliest("taken_at").taken_at).days > 300
    overdue.tick(at=at)
    assert Overdue.objects.filter(path__startswith=top.path, sample__isnull=False).count() == 1
    assert tested.live_through_a_year(division=top, at=at) == 0
