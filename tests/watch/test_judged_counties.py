"""A county judged in columns says of every household what the reference says of it alone; only what changed is written."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from cast import AT
from stages import household

from watch.judged_county import (
    FIRST,
    KINDS,
    LAST,
    POOR,
    SECURED,
    TODAY,
    adopt,
    county_pack,
    told,
    water,
    year_of,
)
from wenqu.jobs.models import Job, State
from wenqu.kit.refusal import Refused
from wenqu.places.scope import area_of
from wenqu.watch.judging.actions import ItemTold, judge_county, submit_run, withdraw
from wenqu.watch.judging.deciding import decide
from wenqu.watch.judging.rules import rules_at
from wenqu.watch.models import Course, HouseFact, Watched, WatchGrade, WatchMove, WatchRun


def run_over(cast, at=AT, day=TODAY):
    return judge_county(division=cast.county, as_of=day, area=area_of(cast.chen, TODAY), by=cast.chen, at=at)


def scattered(cast, seed: int):
    """Households of whom anything may be known or not, told before there were rules: nothing is judged yet."""
    draw = random.Random(seed)
    villages = (cast.village_a1, cast.village_a2, cast.village_b1, cast.village_b2)
    pack, homes = county_pack(), []
    for number in range(40):
        row = household(draw.choice(villages), f"R{number}", f"户{number}", kind=draw.choice(("", "脱贫户", "一般农户", "未脱贫户", "脱贫户（监测）")))
        type(row).objects.filter(pk=row.pk).update(people=draw.choice((None, 0, 1, 3)))
        row.refresh_from_db()
        if draw.random() < .9:
            water(row, draw.choice((1, 1, 1, 2, 2, 3, 4)))
        facts = {name: draw.choice(("yes", "yes", "yes", "yes", "yes", "yes", "yes", "no", "")) for name in (*SECURED, "was_poor", "heavy", "meeting_admits", "dangerous_housing") if draw.random() < .8}
        if draw.random() < .9:
            facts |= {name: value for name, value in SECURED.items() if not name.startswith("secured")}
        if draw.random() < .8:
            facts["cause"] = draw.choice(("illness", "none", "nothing_known", "schooling"))
        facts |= {name: value for name, value in (("living", "2"), ("meeting_reason", "村里都同意"), ("idle_months", "1.5"), ("disability_grade", "2"),
                                                  ("income_before_fen", "6000000")) if draw.random() < .4}
        items = [ItemTold(kind, FIRST, LAST, draw.choice((0, 0, 100_000, 1_000_000, 2_500_000)), draw.choice((True, True, True, True, False)))
                 for kind in KINDS]
        items += [ItemTold(draw.choice((*KINDS, "aid", "never_heard_of")), FIRST, LAST, draw.choice((None, 100)), draw.choice((True, None)))] if draw.random() < .4 else []
        items = draw.sample(items, len(items) - (draw.random() < .3))
        items += [ItemTold("wages", draw.choice((202501, 202505)), draw.choice((202505, 202603)), 90_000) for _ in range(draw.randrange(3))]
        if draw.random() < .9:
            told(cast, row, facts, items, on=TODAY - timedelta(days=draw.randrange(9)))
        for fact in HouseFact.objects.filter(household=row):
            if draw.random() < .02:
                withdraw(row=fact, area=area_of(cast.chen, TODAY), by=cast.chen, at=AT)
        if draw.random() < .2:
            Watched.objects.create(household=row, division=row.division, path=row.path, object_kind="edge", main_cause="disaster", entered_on=TODAY, helper_name="甲", added_at=AT)
        homes.append(row)
    adopt(cast.county, pack)
    return homes


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_columns_say_what_the_reference_says_of_each(cast, seed):
    homes = scattered(cast, seed)
    assert not WatchGrade.objects.exists()
    run = run_over(cast)
    rules = rules_at(cast.county.path, TODAY)
    rows, seen = WatchGrade.objects.in_bulk(), set()
    for row in homes:
        decided = decide(row, rules, as_of=TODAY, until=AT)
        found, known = decided.judgement, decided.known
        if not known.told and {found.outcome, found.grade} <= {"none", "unknown"}:
            assert row.pk not in rows
            continue
        kept = rows[row.pk]
        assert (kept.object, kept.way, kept.grade, kept.stands) == (found.outcome, found.way, found.grade, found.stands), row
        assert (kept.cause, kept.water, kept.marked, kept.people) == (known.house.cause or "", known.water, known.marked, known.people), row
        seen.add((kept.object, kept.stands))
    assert (run.households, run.told) == (40, sum(decide(row, rules, as_of=TODAY, until=AT).known.told for row in homes))
    assert len(seen) > 5
    assert sum(each["households"] for each in run.counts) == len(rows) == run.moved


def test_only_what_changed_is_written_and_who_moved_is_told(cast):
    adopt(cast.county, county_pack())
    stays, moves = household(cast.village_a1, "A1"), household(cast.village_b1, "B1")
    for row in (stays, moves):
        water(row, 1)
        told(cast, row, POOR, year_of(9_000_000))
    first, before = run_over(cast), WatchGrade.objects.get(household=stays)
    assert first.moved == 0
    type(moves).objects.filter(pk=moves.pk).update(people=30)
    second = run_over(cast, AT + timedelta(hours=1))
    assert second.moved == 1
    assert WatchGrade.objects.get(household=stays).judged_at == before.judged_at
    move = WatchMove.objects.latest("pk")
    assert (move.household_id, move.before, move.after, move.stood, move.stands, move.run) == (moves.pk, "none", "unstable", "green", "red", second)


def test_who_was_judged_meanwhile_or_is_on_the_way_onto_the_list_is_left_alone(cast):
    edition = adopt(cast.county, county_pack())
    later, under_way = household(cast.village_a1, "A1"), household(cast.village_a1, "A2")
    for row in (later, under_way):
        water(row, 1)
        told(cast, row, POOR, year_of(2_000_000 if row is later else 3_000_000), at=AT + timedelta(hours=2) if row is later else AT)
    Course.objects.create(household=under_way, division=under_way.division, path=under_way.path, edition=edition, route="entry", begun_on=TODAY - timedelta(days=59),
                          opened_at=AT, position="clue", since=TODAY)
    told(cast, under_way, {"living": "3"})
    # Its months end before the one in which its way began: of two of them it was not asked.
    assert WatchGrade.objects.get(household=under_way).object == "unknown"
    run = run_over(cast)
    assert run.moved == 0
    assert WatchGrade.objects.get(household=later).object == "unstable"
    assert WatchGrade.objects.get(household=under_way).object == "unknown"


def test_the_job_judges_with_the_right_of_its_person_and_makes_one_run(cast, django_capture_on_commit_callbacks):
    adopt(cast.county, county_pack())
    told(cast, household(cast.village_a1, "A1"), POOR, year_of(1))
    area = area_of(cast.chen, TODAY)
    with django_capture_on_commit_callbacks(execute=True):
        job = submit_run(division=cast.county, as_of=TODAY, area=area, by=cast.chen, at=AT)
    job.refresh_from_db()
    assert (job.state, WatchRun.objects.count()) == (State.DONE, 1)
    assert job.message == f"watch-run:{WatchRun.objects.get().pk}"
    from wenqu.watch.apps import judge_job  # noqa: PLC0415

    judge_job(Job.objects.get(pk=job.pk), lambda done, total: None)
    assert WatchRun.objects.count() == 1
    with pytest.raises(Refused, match="以县为单位"):
        submit_run(division=cast.town_a, as_of=TODAY, area=area, by=cast.chen, at=AT)
    with pytest.raises(Refused, match="需要的职责"):
        judge_county(division=cast.town_a, as_of=TODAY, area=area_of(cast.li, TODAY), by=cast.li, at=AT)
