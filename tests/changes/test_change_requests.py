"""Who may ask and who decides; two people at once; the same form twice; who stands in the register already; what the log says."""

from __future__ import annotations

import pytest
import stages
from django.db import IntegrityError, transaction

from changes.changing import AT, DAY, Kind, account, area, ask, asking, carry, confirm, home, identity, pk
from wenqu.changes.actions import turn_down_change, withdraw_change
from wenqu.changes.models import Change, Party, State
from wenqu.households.consent.actions import record_consent
from wenqu.households.models import Household, Member
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.ledger.models import Problem
from wenqu.places.models import Role
from wenqu.watch.models import Watched

pytestmark = pytest.mark.django_db


def code(act) -> str:
    with pytest.raises(Refused) as refusal, transaction.atomic():
        act()
    return refusal.value.code


def birth(row: Household, name: str = "张小"):
    return asking(row, Kind.ADD, why="birth", name=name, relation="孙子")


def test_nobody_confirms_their_own_request_and_only_with_the_right_everywhere(office, cast):
    row = home(cast.village_a1, "H1", "张三")
    change = ask(birth(row), office.town)
    assert code(lambda: confirm(change, office.town)) == "own_request"
    assert code(lambda: confirm(change, office.desk)) == "wrong_role"
    assert code(lambda: confirm(change, account("zhen", "乙镇办", Role.TOWN_OFFICE, cast.town_b))) == "outside_area"
    assert code(lambda: ask(birth(home(cast.village_a2, "H2", "王五")), office.desk)) == "outside_area"
    assert code(lambda: ask(birth(home(cast.village_a1, "H3", "王五")), cast.li)) == "wrong_role"
    moving = ask(asking(home(cast.village_a1, "H4", "赵六"), Kind.MOVE, to_division=cast.village_b1), office.county)
    assert code(lambda: confirm(moving, office.town)) == "outside_area", "who decides answers for both villages"
    confirm(moving, office.reviewer)
    confirm(change, office.county)
    assert Member.objects.filter(name="张小").exists()


def test_the_database_itself_knows_four_eyes(office, cast):
    change = ask(birth(home(cast.village_a1, "H1", "张三")), office.town)
    with pytest.raises(IntegrityError), transaction.atomic():
        Change.objects.filter(pk=change.pk).update(state=State.DONE, decided_by=office.town)


def test_two_people_cannot_ask_for_the_same_household_at_once(office, cast):
    row, other = home(cast.village_a1, "H1", "张三", "张四"), home(cast.village_a1, "H2", "王五")
    change = ask(birth(row), office.desk)
    with pytest.raises(Refused) as refusal:
        ask(asking(row, Kind.EXIT, why="moved_out"), office.county)
    assert refusal.value.code == "already_asked"
    assert "赵台" in refusal.value.message
    merging = asking(other, Kind.MERGE, other=row, relations={pk(other, "王五"): "岳父"})
    assert code(lambda: ask(merging, office.county)) == "already_asked", "also where it is the other household of a merge"
    with pytest.raises(IntegrityError), transaction.atomic():
        Party.objects.create(change=change, household=row)
    withdraw_change(change=change, area=area(office.desk), by=office.desk, at=AT)
    ask(merging, office.county)


def test_the_same_form_twice_is_one_request_and_a_second_click_confirms_once(office, cast):
    row = home(cast.village_a1, "H1", "张三")
    first = ask(birth(row), office.desk, key="one-key-of-a-page")
    assert ask(birth(row), office.desk, key="one-key-of-a-page") == first
    confirm(first, office.town, basis="")
    from wenqu.changes.actions import confirm_change  # noqa: PLC0415

    again = confirm_change(change=first, basis="old", area=area(office.town), today=DAY, by=office.town, at=AT)
    assert (again.state, Member.objects.filter(name="张小").count(), Change.objects.count()) == ("done", 1, 1)


def test_a_request_is_turned_down_with_a_reason_or_withdrawn_by_whoever_asked(office, cast):
    row = home(cast.village_a1, "H1", "张三")
    change = ask(birth(row), office.desk)
    assert code(lambda: withdraw_change(change=change, area=area(office.county), by=office.county, at=AT)) == "others_request"
    assert code(lambda: turn_down_change(change=change, note="不", area=area(office.town), by=office.town, at=AT)) == "words_missing"
    assert code(lambda: turn_down_change(change=change, note="电话 13800001234", area=area(office.town), by=office.town, at=AT)) == "number_in_text"
    turn_down_change(change=change, note="没有出生证明", area=area(office.town), by=office.town, at=AT)
    assert code(lambda: confirm(change, office.county)) == "decided_already"
    assert (row.members.count(), Party.objects.filter(open=True).count()) == (1, 0)


def test_an_identity_number_is_checked_and_nobody_is_registered_twice_in_the_county(office, cast):
    row = home(cast.village_a1, "H1", "张三")
    home(cast.village_b1, "H2", "王五", first=9)
    far = asking(row, Kind.ADD, why="moved_in", name="王五", relation="弟", identity=identity(9))
    with pytest.raises(Refused) as refusal:
        ask(far, office.desk)
    assert refusal.value.code == "identity_taken"
    assert "H2" not in refusal.value.message
    assert "王五" not in refusal.value.message, "of a household outside the area only that there is one"
    assert code(lambda: ask(asking(row, Kind.ADD, why="moved_in", name="李六", relation="弟"), office.desk)) == "identity_missing"
    ask(asking(row, Kind.ADD, why="moved_in", name="李六", relation="弟", identity=identity(8)), office.desk)
    beside = home(cast.village_a1, "H3", "赵七")
    assert code(lambda: ask(asking(beside, Kind.ADD, why="moved_in", name="李六", relation="弟", identity=identity(8)), office.desk)) == "identity_asked"


def test_two_splits_cannot_ask_for_one_number_and_old_numbers_stay_taken(office, cast):
    one, two = home(cast.village_a1, "H1", "张三", "张四"), home(cast.village_a1, "H2", "王五", "王六")
    ask(asking(one, Kind.SPLIT, members=(pk(one, "张四"),), head=pk(one, "张四"), new_number="H9"), office.desk)
    split = {"members": (pk(two, "王六"),), "head": pk(two, "王六")}
    assert code(lambda: ask(asking(two, Kind.SPLIT, new_number="H9", **split), office.desk)) == "number_asked"
    assert code(lambda: ask(asking(two, Kind.SPLIT, new_number="H1", **split), office.desk)) == "number_taken"


def test_the_same_name_and_head_elsewhere_must_be_looked_at(office, cast):
    row, other = home(cast.village_a1, "H1", "张三"), home(cast.village_a1, "H2", "张三", "张小")
    with pytest.raises(Refused) as refusal:
        ask(birth(row), office.desk)
    assert refusal.value.code == "look_again"
    assert f"张三（{other.number}）" in refusal.value.message
    ask(birth(row), office.desk, sure=True)


def test_who_is_in_both_households_is_taken_out_of_one_before_they_merge(office, cast):
    row, other = home(cast.village_a1, "H1", "张三", "张四", first=20), home(cast.village_a1, "H2", "王五", "四张", first=20)
    told = {pk(row, "张三"): "父亲", pk(row, "张四"): "弟弟"}
    assert code(lambda: ask(asking(row, Kind.MERGE, other=other, relations=told), office.desk)) == "registered_twice"


def test_who_is_watched_cannot_be_merged_away_but_who_died_leaves(office, cast):
    row, other = home(cast.village_a1, "H1", "张三"), home(cast.village_a1, "H2", "王五")
    Watched.objects.create(household=row, division=row.division, path=row.path, object_kind="edge", object_name="边缘易致贫户", main_cause="illness", entered_on=DAY,
                           helper_name="刘干部", added_at=AT)
    merging = asking(row, Kind.MERGE, other=other, relations={pk(row, "张三"): "父亲"})
    with pytest.raises(Refused, match="风险消除"):
        ask(merging, office.desk)
    assert code(lambda: ask(asking(row, Kind.EXIT, why="moved_out"), office.desk)) == "held"
    carry(asking(row, Kind.EXIT, why="all_died"), office.desk, office.town)
    assert not Household.objects.filter(number="H1").exists()


def test_what_belongs_to_a_household_moves_with_it(office, cast):
    from wenqu.ledger.reporting.actions import report_problem  # noqa: PLC0415
    from wenqu.ledger.reporting.subjects import of_household  # noqa: PLC0415

    row = home(cast.village_a1, "H1", "张三")
    record_consent(household=row, given_by="张三", purpose="civil", given_on=DAY, until=DAY.replace(year=2027), evidence="授权书在镇里", area=area(office.county), on=DAY, by=office.county, at=AT)
    report_problem(subject=of_household(row), kind="no_water", way="household_report", words="没有水", area=area(office.county), key="k" * 10, by=office.county, at=AT)
    watched = Watched.objects.create(household=row, division=row.division, path=row.path, object_kind="edge", object_name="边缘易致贫户", main_cause="illness", entered_on=DAY,
                                     helper_name="刘干部", added_at=AT)
    carry(asking(row, Kind.MOVE, to_division=cast.village_b1), office.county, office.reviewer)
    watched.refresh_from_db()
    assert {watched.path, Problem.objects.get().path, row.consents.get().path} == {cast.village_b1.path}


def test_every_request_and_decision_is_in_the_log_without_anybodys_name_or_number(office, cast):
    row = home(cast.village_a1, "H1", "张三")
    carry(asking(row, Kind.ADD, why="married_in", name="李梅", relation="配偶", identity=identity(77)), office.desk, office.town)
    change = ask(asking(row, Kind.EXIT, why="moved_out"), office.desk)
    turn_down_change(change=change, note="人还在村里", area=area(office.town), by=office.town, at=AT)
    withdrawn = ask(asking(row, Kind.EXIT, why="moved_out"), office.desk)
    withdraw_change(change=withdrawn, area=area(office.desk), by=office.desk, at=AT)
    entries = AuditEntry.objects.filter(subject=f"household:{row.pk}").order_by("pk")
    assert [entry.verb for entry in entries] == ["ask_household_change", "confirm_household_change", "ask_household_change", "turn_down_household_change", "ask_household_change", "withdraw_household_change"]
    assert all(entry.path == row.path for entry in entries)
    told = str([entry.detail for entry in entries])
    assert not any(text in told for text in ("李梅", "张三", identity(77)))
    assert entries[1].detail["moved"] == {row.path: 1}


def test_days_and_villages_that_cannot_be(office, cast):
    row = home(cast.village_a1, "H1", "张三")
    assert code(lambda: ask(asking(row, Kind.EXIT, why="moved_out", happened_on=DAY.replace(year=2027)), office.desk)) == "later_day"
    assert code(lambda: ask(asking(row, Kind.EXIT, why="birth"), office.desk)) == "why_missing"
    assert code(lambda: ask(asking(row, Kind.MOVE, to_division=cast.town_b), office.county)) == "no_village"
    assert code(lambda: ask(asking(row, Kind.MOVE, to_division=cast.village_a1), office.county)) == "same_village"
    carry(asking(row, Kind.EXIT, why="moved_out"), office.desk, office.town)
    row.refresh_from_db()
    assert code(lambda: ask(birth(row), office.desk)) == "household_left"


def test_what_the_register_says_of_a_household_before_is_what_is_changed(office, cast):
    """An import between asking and confirming is not overwritten: what was seen is seen anew."""
    from wenqu.changes.looking import asked_of, look_into  # noqa: PLC0415

    row = home(cast.village_a1, "H1", "张三", "张四")
    change = ask(asking(row, Kind.REMOVE, why="moved_out", member=pk(row, "张四")), office.desk)
    basis = look_into(asked_of(Change.objects.get(pk=change.pk)), area(office.town), DAY).basis
    Household.objects.filter(pk=row.pk).update(people=5)
    assert code(lambda: confirm(change, office.town, basis=basis)) == "changed_meanwhile"
    confirm(change, office.town)
    row.refresh_from_db()
    assert row.people == 4
    assert stages.fact_count() == 0
