"""PROPERTY: whatever changes are carried out, the people of every village are those of before, more or less by who was born,
died, came or left; splits, merges and new heads change nothing, moves take from one village what they give to another; and all
of it taken back again leaves the register as it was."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from changes.changing import DAY, Kind, ask, asking, confirm, home, people_of, pk
from wenqu.changes.looking import undo_of
from wenqu.changes.models import Change
from wenqu.changes.planning import (
    Home,
    Person,
    Wanted,
    after,
    plan_add,
    plan_exit,
    plan_head,
    plan_leave,
    plan_merge,
    plan_move,
    plan_split,
    totals,
)
from wenqu.households.models import Household, Member
from wenqu.kit.refusal import Refused

KINDS = [kind for kind in Kind if kind != Kind.UNDO]
VILLAGES = ("0001", "0002")
drawn = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=8)


def homes_drawn() -> st.SearchStrategy[list[Home]]:
    def build(told: list[tuple[int, int, int | None]]) -> list[Home]:
        return [
            Home(place, f"H{place}", f"户{place}", None if people is None else people + size, 1 + village, VILLAGES[village], "组",
                 tuple(Person(place * 100 + each, f"人{place}-{each}", "户主" if each == 0 else "子") for each in range(size)))
            for place, (size, village, people) in enumerate(told, 1)
        ]

    return st.lists(st.tuples(st.integers(1, 4), st.integers(0, 1), st.none() | st.integers(0, 2)), min_size=2, max_size=4).map(build)


def planned(kind: str, homes: list[Home], first: int, second: int, third: int):
    """A plan of this kind for some of the households, and by how much the law lets each village change."""
    standing = [each for each in homes if not each.left and each.pk is not None]
    home = standing[first % len(standing)]
    people = home.present
    someone = people[second % len(people)].pk if people else None
    rest = [each.pk for each in people if each.pk != someone]
    relations = {each.pk: "亲属" for one in homes for each in one.present}
    if kind == Kind.ADD:
        return plan_add(home, Wanted(name="新人", relation="子")), {home.path: 1}
    if kind in (Kind.REMOVE, Kind.DIE):
        return plan_leave(home, Wanted(member=someone, head=rest[third % len(rest)] if rest else None, relations=relations), DAY), {home.path: -1}
    if kind == Kind.HEAD:
        return plan_head(home, Wanted(head=someone, relations=relations)), {}
    if kind == Kind.SPLIT:
        return plan_split(home, Wanted(members=(someone,), head=someone, rest_head=rest[0] if rest else None, relations=relations, new_number="N")), {}
    other = standing[third % len(standing)]
    if kind == Kind.MERGE:
        return plan_merge(home, other, Wanted(relations=relations), DAY), {home.path: -home.count, other.path: home.count} if home.path != other.path else {}
    if kind == Kind.MOVE:
        village = third % 2
        return plan_move(home, 1 + village, VILLAGES[village], Wanted()), {home.path: -home.count, VILLAGES[village]: home.count}
    return plan_exit(home, DAY), {home.path: -home.count}


@given(homes_drawn(), drawn)
@settings(max_examples=300)
def test_plans_conserve_the_people_of_every_village(homes: list[Home], steps) -> None:
    for kind, first, second, third in steps:
        if not any(not each.left for each in homes if each.pk is not None):
            break
        before = totals(homes)
        try:
            plan, lawful = planned(kind, homes, first, second, third)
        except Refused:
            continue
        named = [each for each in homes if each.pk is not None]
        homes = after(named, plan) + [each for each in homes if each.pk is None]
        now = totals(homes)
        moved = {path: now.get(path, 0) - before.get(path, 0) for path in VILLAGES}
        assert moved == {path: lawful.get(path, 0) for path in VILLAGES}, kind
        assert {path: number for path, number in plan.moved.items() if number} == {path: number for path, number in moved.items() if number}, kind
        everybody = [each.pk for one in homes for each in one.members if each.pk is not None]
        assert len(everybody) == len(set(everybody)), "nobody lives twice"


def asked(kind: str, first: int, second: int, third: int, serial: int, cast):
    """A request for some household that stands, drawn."""
    standing = list(Household.objects.order_by("pk"))
    row = standing[first % len(standing)]
    people = list(row.members.order_by("pk").values_list("pk", flat=True))
    someone = people[second % len(people)] if people else None
    rest = [each for each in people if each != someone]
    relations = dict.fromkeys(Member.objects.values_list("pk", flat=True), "亲属")
    told = {
        Kind.ADD: {"why": "birth", "name": f"新{serial}", "relation": "子"},
        Kind.REMOVE: {"why": "moved_out", "member": someone, "head": rest[third % len(rest)] if rest else None, "relations": relations},
        Kind.DIE: {"why": "died", "member": someone, "head": rest[third % len(rest)] if rest else None, "relations": relations},
        Kind.HEAD: {"head": someone, "relations": relations},
        Kind.SPLIT: {"members": (someone,), "head": someone, "rest_head": rest[0] if rest else None, "relations": relations, "new_number": f"N{serial}"},
        Kind.MERGE: {"other": standing[third % len(standing)], "relations": relations},
        Kind.MOVE: {"to_division": (cast.village_a1, cast.village_a2, cast.village_b1)[third % 3]},
        Kind.EXIT: {"why": "moved_out"},
    }[Kind(kind)]
    return asking(row, kind, **told)


def register() -> list[tuple]:
    rows = Household.ever.filter(left_on=None).order_by("pk").values_list("pk", "head_name", "people", "path")
    return [*rows, *Member.objects.filter(household__left_on=None).order_by("pk").values_list("pk", "household", "name", "relation")]


@pytest.mark.django_db
@given(drawn)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_register_conserves_them_too_and_all_of_it_can_be_taken_back(office, steps) -> None:
    """Every example takes back what it wrote, so that the people who ask and confirm may stay."""
    cast = office.cast
    villages = {each.path: each for each in (cast.village_a1, cast.village_a2, cast.village_b1)}
    with transaction.atomic():
        home(cast.village_a1, "H1", "张三", "张四", "张五")
        home(cast.village_a2, "H2", "王五", "王六", people=None)
        home(cast.village_b1, "H3", "李七", people=3)
        start, done, law = register(), [], Counter()
        begun = {path: people_of(village) for path, village in villages.items()}
        for serial, (kind, *choice) in enumerate(steps):
            if not Household.objects.exists():
                break
            try:
                change = ask(asked(kind, *choice, serial, cast), office.county, sure=True)
            except Refused:
                continue
            done.append(confirm(change, office.reviewer))
            law.update(dict(Change.objects.get(pk=change.pk).moved.items()))
            assert {path: people_of(village) - begun[path] for path, village in villages.items()} == {path: law[path] for path in villages}, kind
        for change in reversed(done):
            confirm(ask(undo_of(Change.objects.get(pk=change.pk), DAY), office.county), office.reviewer)
        assert register() == start
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_the_law_is_not_kept_by_refusing_everything(office, cast) -> None:
    """Of every kind at least one drawn change comes through."""
    row, other = home(cast.village_a1, "H1", "张三", "张四", "张五", "张六"), home(cast.village_a1, "H2", "王五")
    for kind, told in {
        Kind.ADD: {"why": "birth", "name": "新", "relation": "子"}, Kind.REMOVE: {"why": "married_out", "member": pk(row, "张五")}, Kind.HEAD: {"head": pk(row, "张四"), "relations": {pk(row, "张三"): "父亲"}},
        Kind.SPLIT: {"members": (pk(row, "张六"),), "head": pk(row, "张六"), "new_number": "N1"}, Kind.MOVE: {"to_division": cast.village_b1},
        Kind.DIE: {"why": "died", "member": pk(row, "张三")}, Kind.MERGE: {"other": other},
    }.items():
        told.setdefault("relations", dict.fromkeys(Member.objects.values_list("pk", flat=True), "亲属"))
        confirm(ask(asking(row, kind, **told), office.county, sure=True), office.reviewer)
    confirm(ask(asking(other, Kind.EXIT, why="moved_out"), office.county), office.reviewer)
    assert Change.objects.filter(state="done").count() == 8
