"""What a county works by: who may set it, which numbers are fit, from when it counts, and that running deadlines stay."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from cast import AT, TODAY, Cast
from crew import act, make_crew
from django.apps import apps
from stages import household

from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.ledger.deadlines import queries
from wenqu.ledger.deadlines.actions import set_duty_profile
from wenqu.ledger.deadlines.queries import pack_for
from wenqu.ledger.loop.actions import verify_problem
from wenqu.ledger.models import DutyProfile, Problem
from wenqu.ledger.reporting.actions import report_problem
from wenqu.ledger.reporting.subjects import of_household
from wenqu.places.models import Account
from wenqu.places.scope import area_of
from wenqu.rulebook.duties import DutyPack, duty_pack
from wenqu.rulebook.problems import PackError, PackProblem

PACK = "qingshui-12-24-48"


def choose(cast: Cast, by: Account | None = None, **given: Any) -> DutyProfile:
    who = by or cast.chen
    values: dict[str, Any] = {"division": cast.county, "pack_id": PACK, "numbers": {}, "document": "", "from_on": TODAY, **given}
    return set_duty_profile(**values, area=area_of(who, TODAY), by=who, at=AT)


def report(cast: Cast, home: Any, key: str, at: Any = AT, kind: str = "no_water") -> Problem:
    return report_problem(
        subject=of_household(home), kind=kind, way="household_report", words="停水", key=key, area=area_of(cast.chen, TODAY), by=cast.chen, at=at,
    ).problem


def test_a_profile_gives_steps_their_time_and_is_audited(cast: Cast) -> None:
    home = household(cast.village_a1, "H1")
    assert report(cast, home, "before").due_at is None
    profile = choose(cast)
    assert (profile.path, profile.set_by, profile.set_at) == (cast.county.path, cast.chen, AT)
    assert pack_for(cast.village_b1.path, TODAY).id == PACK
    assert pack_for(cast.village_b1.path, TODAY - timedelta(days=1)).id == "duties-base"
    entry = AuditEntry.objects.get(verb="set_duty_profile")
    assert entry.detail["pack"] == PACK and entry.path == cast.county.path


def test_running_deadlines_stay_and_the_next_step_goes_by_the_new_profile(cast: Cast) -> None:
    crew = make_crew(cast)
    choose(cast)
    problem = report(cast, household(cast.village_a1, "H1"), "one")
    assert problem.due_at == AT + timedelta(hours=2)
    choose(cast, numbers={"limits.verify.major": [9, "hours"], "limits.assign.major": [5, "hours"]}, document="清泉县水利局文件")
    problem.refresh_from_db()
    assert problem.due_at == AT + timedelta(hours=2)
    verify_problem(**act(problem, crew.cast.chen), severity="major", note="看过")
    problem.refresh_from_db()
    assert problem.due_at == AT + timedelta(hours=5)


def test_what_a_county_chose_stays_when_its_pack_has_a_new_edition_or_goes(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    choose(cast, numbers={"alarm.reports": 5}, document="清泉县水利局文件")
    kept = pack_for(cast.county.path, TODAY)

    def gone(pack_id: str) -> DutyPack:
        if pack_id == PACK:
            raise PackError([PackProblem(pack_id, "", "pack_not_found", "没有这个职责时限包")])
        return duty_pack(pack_id)

    monkeypatch.setattr(queries, "duty_pack", gone)
    queries._kept.cache_clear()
    pack = pack_for(cast.county.path, TODAY)
    assert (pack.digest, pack.limits, pack.alarm.reports) == (kept.digest, kept.limits, 5)
    assert report(cast, household(cast.village_a1, "H1"), "one").due_at == AT + timedelta(hours=2)


def test_kinds_that_came_later_are_those_of_the_base_pack(cast: Cast) -> None:
    profile = choose(cast)
    DutyProfile.objects.update(text=profile.text.replace("frozen_pipe", "forgotten_kind"))
    pack = pack_for(cast.county.path, TODAY)
    assert pack.kinds["frozen_pipe"] == duty_pack("duties-base").kinds["frozen_pipe"]
    assert report(cast, household(cast.village_a1, "H1"), "one", kind="frozen_pipe").severity == pack.kinds["frozen_pipe"].severity


def test_a_new_edition_is_told_of_and_counts_when_the_profile_is_set_again(cast: Cast, sign_in: Any) -> None:
    first = choose(cast)
    DutyProfile.objects.update(text=first.text.replace("2026", "2025"), digest="of an older edition")
    page = sign_in(cast.chen)
    assert "这个方案有了新版本" in page.get("/problems/duties/").content.decode()
    second = choose(cast)
    assert "这个方案有了新版本" not in page.get("/problems/duties/").content.decode()
    assert second != first and second.digest == duty_pack(PACK).digest


def test_profiles_of_before_get_the_text_of_their_pack(cast: Cast) -> None:
    profile = choose(cast, numbers={"alarm.reports": 5}, document="清泉县水利局文件")
    was = (profile.text, profile.digest)
    DutyProfile.objects.update(text="", digest="")
    assert pack_for(cast.county.path, TODAY).id == "duties-base"
    import_module("wenqu.ledger.migrations.0010_kept_packs").keep_packs(apps, None)
    profile.refresh_from_db()
    assert (profile.text, profile.digest) == was and pack_for(cast.county.path, TODAY).alarm.reports == 5


def test_the_open_numbers_of_a_pack_are_filled_in_with_the_countys_document(cast: Cast) -> None:
    choose(cast, pack_id="mechanism-123", numbers={"limits.rectify.small": (1, "working_days"), "alarm.reports": 5}, document="清泉县“123”机制实施方案")
    pack = pack_for(cast.county.path, TODAY)
    limit = pack.limit("rectify", "small")
    assert limit is not None and (limit.amount, limit.unit, limit.source.document) == (1, "working_days", "清泉县“123”机制实施方案")
    assert pack.alarm.reports == 5 and pack.limit("rectify", "major") is None


@pytest.mark.parametrize(("given", "code"), [
    ({"pack_id": "no-such"}, "pack_unknown"),
    ({"numbers": {"reopen.days": 20}}, "document_missing"),
    ({"numbers": {"reopen.days": -1}, "document": "文件"}, "numbers_unfit"),
    ({"numbers": {"nothing.there": 1}, "document": "文件"}, "numbers_unfit"),
    ({"pack_id": "mechanism-123", "numbers": {"limits.rectify.small": 3}, "document": "文件"}, "numbers_unfit"),
    ({"document": "电话 13800001234"}, "number_in_text"),
    ({"document": "长" * 301, "numbers": {"reopen.days": 20}}, "document_too_long"),
])
def test_what_is_not_fit_is_refused_and_nothing_is_written(cast: Cast, given: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        choose(cast, **given)
    assert refused.value.code == code
    assert not DutyProfile.objects.exists()


def test_only_for_counties_and_only_by_whom_it_is_given(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        choose(cast, division=cast.town_a)
    assert refused.value.code == "not_a_county"
    with pytest.raises(Refused) as refused:
        choose(cast, by=cast.li)
    assert refused.value.code == "outside_area"
    with pytest.raises(Refused) as refused:
        choose(cast, by=make_crew(cast).he)
    assert refused.value.code == "wrong_role"


def test_the_same_twice_is_one_and_none_goes_back_behind_the_last(cast: Cast) -> None:
    first = choose(cast)
    assert choose(cast) == first and DutyProfile.objects.count() == 1
    with pytest.raises(Refused) as refused:
        choose(cast, pack_id="mechanism-123", from_on=date(2026, 2, 1))
    assert refused.value.code == "profile_before_last"
    assert choose(cast, pack_id="mechanism-123") != first
    assert pack_for(cast.county.path, TODAY).id == "mechanism-123"
