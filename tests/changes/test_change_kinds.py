"""Each kind of change from asking to the end: what stands afterwards, and that taking it back restores what was."""

from __future__ import annotations

import pytest
import stages

from changes.changing import DAY, Kind, ask, asking, carry, confirm, home, identity, people_of, pk
from wenqu.changes.actions import ask_change
from wenqu.changes.looking import undo_of
from wenqu.changes.models import Change, Line, Party
from wenqu.households.models import Household, Member
from wenqu.kit.refusal import Refused
from wenqu.schemes.models import Supply

pytestmark = pytest.mark.django_db


def undo(change: Change, office) -> Change:
    return carry(undo_of(Change.objects.get(pk=change.pk), DAY), office.desk if change.to_division is None else office.county, office.town if change.to_division is None else office.reviewer)


def seen(*households: Household) -> list[tuple]:
    """All that a change may touch of these households."""
    out = []
    for row in Household.ever.filter(pk__in=[each.pk for each in households]).order_by("pk"):
        people = sorted(Member.ever.filter(household=row).values_list("name", "relation", "left_on"))
        links = sorted(Supply.objects.filter(household=row).values_list("scheme__number", "from_on", "to_on"), key=str)
        out.append((row.head_name, row.people, row.path, row.division_id, row.group_name, row.left_on, row.merged_into_id, people, links))
    return out


def test_a_birth_adds_somebody_and_taken_back_takes_them_away_again(office, cast):
    row = home(cast.village_a1, "H1", "张三", "张四")
    change = carry(asking(row, Kind.ADD, why="birth", name="张小", relation="孙子"), office.desk, office.town)
    row.refresh_from_db()
    assert (row.people, [each.name for each in row.members.order_by("pk")]) == (3, ["张三", "张四", "张小"])
    assert Change.objects.get(pk=change.pk).moved == {row.path: 1}
    undo(change, office)
    row.refresh_from_db()
    assert (row.people, row.members.count()) == (2, 2)
    assert Member.ever.get(name="张小").left_on == DAY, "nobody is deleted"


def test_who_is_added_gets_their_identity_number_and_is_found_by_it(office, cast):
    row = home(cast.village_a1, "H1", "张三")
    carry(asking(row, Kind.ADD, why="married_in", name="李梅", relation="配偶", identity=identity(77)), office.desk, office.town)
    person = Member.objects.get(name="李梅")
    assert person.id_number.open() == identity(77)
    with pytest.raises(Refused) as refusal:
        ask(asking(home(cast.village_a1, "H2", "王五"), Kind.ADD, why="moved_in", name="李梅", relation="儿媳", identity=identity(77)), office.desk)
    assert refusal.value.code == "identity_taken"
    assert "张三（H1）" in refusal.value.message


def test_who_dies_or_leaves_stands_no_more_and_the_head_needs_a_new_one(office, cast):
    row = home(cast.village_a1, "H1", "张三", "李梅", "张小")
    with pytest.raises(Refused) as refusal:
        ask(asking(row, Kind.DIE, why="died", member=pk(row, "张三")), office.desk)
    assert refusal.value.code == "head_missing"
    before = seen(row)
    relations = {pk(row, "张小"): "孙子"}
    change = carry(asking(row, Kind.DIE, why="died", member=pk(row, "张三"), head=pk(row, "李梅"), relations=relations), office.desk, office.town)
    row.refresh_from_db()
    assert (row.head_name, row.people) == ("李梅", 2)
    assert dict(row.members.values_list("name", "relation")) == {"李梅": "户主", "张小": "孙子"}
    assert Member.ever.get(name="张三").left_on == DAY
    undo(change, office)
    assert seen(row) == before
    last = home(cast.village_a1, "H2", "独居")
    with pytest.raises(Refused, match="整户退出"):
        ask(asking(last, Kind.REMOVE, why="moved_out", member=pk(last, "独居")), office.desk)


def test_a_new_head_and_what_the_others_are_to_them(office, cast):
    row = home(cast.village_a1, "H1", "张三", "张四")
    with pytest.raises(Refused) as refusal:
        ask(asking(row, Kind.HEAD, head=pk(row, "张四")), office.desk)
    assert refusal.value.code == "relation_missing", "the old head is something to the new one"
    before = seen(row)
    change = carry(asking(row, Kind.HEAD, head=pk(row, "张四"), relations={pk(row, "张三"): "父亲"}), office.desk, office.town)
    row.refresh_from_db()
    assert (row.head_name, dict(row.members.values_list("name", "relation"))) == ("张四", {"张三": "父亲", "张四": "户主"})
    undo(change, office)
    assert seen(row) == before


def test_a_split_keeps_the_people_and_the_water_and_taken_back_marks_the_new_household(office, cast):
    row = home(cast.village_a1, "H1", "张三", "张四", "张五")
    stages.supply(row, stages.scheme(cast.town_a, "G1", "水厂"))
    total, before = people_of(cast.village_a1), seen(row)
    change = carry(asking(row, Kind.SPLIT, members=(pk(row, "张四"), pk(row, "张五")), head=pk(row, "张四"), new_number="H9"), office.desk, office.town)
    new = Household.objects.get(number="H9")
    assert (new.head_name, new.people, new.kind, new.path, new.group_name) == ("张四", 2, "一般户", row.path, "东组")
    assert dict(new.members.values_list("name", "relation")) == {"张四": "户主", "张五": "子"}
    assert list(new.supplies.values_list("scheme__number", "from_on", "to_on")) == [("G1", DAY, None)]
    assert people_of(cast.village_a1) == total
    undo(change, office)
    assert seen(row) == before
    new = Household.ever.get(number="H9")
    assert (new.left_on, new.merged_into_id) == (DAY, row.pk)
    assert people_of(cast.village_a1) == total
    with pytest.raises(Refused, match="户编号"):
        ask(asking(row, Kind.SPLIT, members=(pk(row, "张四"),), head=pk(row, "张四"), new_number="H9"), office.desk)


def test_a_merge_moves_everybody_ends_the_water_and_points_to_the_other(office, cast):
    row, other = home(cast.village_a1, "H1", "张三", "张四", people=None), home(cast.village_a1, "H2", "王五")
    stages.supply(row, stages.scheme(cast.town_a, "G1", "水厂"))
    total, before = people_of(cast.village_a1), seen(row, other)
    told = {pk(row, "张三"): "父亲", pk(row, "张四"): "弟弟"}
    change = carry(asking(row, Kind.MERGE, other=other, relations=told), office.desk, office.town)
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.left_on, row.merged_into, row.members.count()) == (DAY, other, 0)
    assert (other.people, dict(other.members.values_list("name", "relation"))) == (3, {"王五": "户主", "张三": "父亲", "张四": "弟弟"})
    assert people_of(cast.village_a1) == total
    assert not row.supplies.filter(to_on=None).exists()
    assert list(Household.objects.values_list("number", flat=True)) == ["H2"]
    undo(change, office)
    assert seen(row, other) == before


def test_a_move_takes_the_people_along_and_leaves_the_scheme(office, cast):
    row = home(cast.village_a1, "H1", "张三", "张四")
    stages.supply(row, stages.scheme(cast.town_a, "G1", "水厂"))
    stay, before = home(cast.village_b1, "H2", "王五"), seen(row)
    change = carry(asking(row, Kind.MOVE, to_division=cast.village_b1, group_name="西组"), office.county, office.reviewer)
    row.refresh_from_db()
    assert (row.division, row.path, row.group_name) == (cast.village_b1, cast.village_b1.path, "西组")
    assert (people_of(cast.village_a1), people_of(cast.village_b1)) == (0, 3)
    assert not row.supplies.filter(to_on=None).exists()
    assert Change.objects.get(pk=change.pk).path == cast.village_b1.path, "what belongs to the household goes with it"
    undo(change, office)
    assert seen(row) == before
    assert stay.members.count() == 1


def test_an_exit_leaves_the_rows_and_taken_back_brings_them_again(office, cast):
    row = home(cast.village_a1, "H1", "张三", first=5)
    stages.supply(row, stages.scheme(cast.town_a, "G1", "水厂"), since=DAY)
    before = seen(row)
    change = carry(asking(row, Kind.EXIT, why="moved_out"), office.desk, office.town)
    assert not Household.objects.exists()
    assert Household.ever.get().left_on == DAY
    elsewhere = home(cast.village_a1, "H2", "王五")
    carry(asking(elsewhere, Kind.ADD, why="moved_in", name="张三", relation="叔叔", identity=identity(5)), office.desk, office.town)
    with pytest.raises(Refused) as refusal:
        undo(change, office)
    assert refusal.value.code == "identity_taken", "who came back elsewhere stands nowhere twice"
    undo(Change.objects.get(household=elsewhere), office)
    undo(change, office)
    assert seen(row) == before


def test_an_undo_can_be_undone_and_an_older_change_only_after_the_newer(office, cast):
    row = home(cast.village_a1, "H1", "张三", "张四", "张五")
    first = carry(asking(row, Kind.REMOVE, why="moved_out", member=pk(row, "张五")), office.desk, office.town)
    second = carry(asking(row, Kind.REMOVE, why="moved_out", member=pk(row, "张四")), office.desk, office.town)
    then = seen(row)
    with pytest.raises(Refused) as refusal:
        undo(first, office)
    assert refusal.value.code == "changed_since"
    back = undo(second, office)
    again = undo(back, office)
    assert seen(row) == then
    assert again.undoes == back
    back = undo(again, office)
    assert row.members.count() == 2, "the second change is taken back for good"
    undo(first, office)
    assert row.members.count() == 3
    with pytest.raises(Refused) as refusal:
        undo(first, office)
    assert refusal.value.code == "undone_already"


def test_every_value_that_was_written_has_a_line_and_none_is_sealed(office, cast):
    row = home(cast.village_a1, "H1", "张三", first=1)
    change = carry(asking(row, Kind.ADD, why="married_in", name="李梅", relation="配偶", identity=identity(77)), office.desk, office.town)
    lines = list(Line.objects.filter(change=change).values_list("what", "field", "before", "after"))
    assert lines == [("member", "", None, None), ("household", "people", 1, 2)]
    assert Party.objects.filter(open=True).count() == 0
    stored = Change.objects.get(pk=change.pk)
    assert identity(77) not in str(stored.__dict__)
    assert identity(77) not in stored.content.open()


def test_an_import_meanwhile_stops_an_undo(office, cast):
    row = home(cast.village_a1, "H1", "张三", "张四")
    change = carry(asking(row, Kind.REMOVE, why="moved_out", member=pk(row, "张四")), office.desk, office.town)
    Household.objects.filter(pk=row.pk).update(people=7)
    with pytest.raises(Refused) as refusal:
        ask_change(asked=undo_of(change, DAY), note="", sure=False, key="k", area=cast.area(office.county), today=DAY, by=office.county, at=change.asked_at)
    assert refusal.value.code == "changed_since"


def test_a_confirmation_is_of_what_was_shown(office, cast):
    row = home(cast.village_a1, "H1", "张三", "张四")
    change = ask(asking(row, Kind.REMOVE, why="moved_out", member=pk(row, "张四")), office.desk)
    with pytest.raises(Refused) as refusal:
        confirm(change, office.town, basis="seen yesterday")
    assert refusal.value.code == "changed_meanwhile"
    assert row.members.count() == 2
