"""Undo of a whole batch, and an import that was killed half-way."""

from __future__ import annotations

import random

import pytest
import stages
from cast import AT
from dump import registers
from sheets import person, workbook
from test_schemes import ROWS, scheme_book

from wenqu.facts.models import Fact, Record
from wenqu.households.models import Household, Member
from wenqu.importing.models import Batch, BatchChunk
from wenqu.kit.refusal import Refused
from wenqu.ledger.models import Problem
from wenqu.registers import actions, household_plan, household_rows, household_writer

pytestmark = pytest.mark.django_db


@pytest.fixture
def small_chunks(monkeypatch):
    for module in (household_rows, household_plan, household_writer):
        monkeypatch.setattr(module, "CHUNK_UNITS", 3)


def random_sheet(rng: random.Random) -> list[list]:
    rows = []
    for number in rng.sample(range(10, 30), 12):
        household = f"H{number}"
        village = rng.choice(["甲一村", "甲二村"])
        rows += [
            person(household, member, 行政村=village, 户联系电话=rng.choice(["13800001234", "13900001111", None]),
                   缺水天数=rng.randint(0, 3), 人均纯收入=rng.choice([8000, 9000, None]), 姓名=rng.choice(["张三", "李四", f"王{member}"]),
                   人编号=rng.choice([f"{household}{member}", None]), 所属工程编号=rng.choice(["G1", "G2", None]))
            for member in range(1, rng.randint(2, 4))
        ]
    return rows


@pytest.mark.parametrize("seed", range(6))
def test_undo_restores_the_registers_exactly(load, undo, tmp_path, cast, small_chunks, seed):
    rng = random.Random(seed)
    stages.scheme(cast.county, "G1", "甲水厂")
    stages.scheme(cast.county, "G2", "乙水厂")
    load(workbook(tmp_path / "a.xlsx", random_sheet(rng)), observed_on=stages.date(2026, 1, 1))
    before = registers()
    batch = load(workbook(tmp_path / "b.xlsx", random_sheet(rng)))
    assert registers() != before
    assert BatchChunk.objects.filter(batch=batch).count() > 1
    undo(batch)
    assert registers() == before
    batch.refresh_from_db()
    assert (batch.state, BatchChunk.objects.filter(batch=batch).count()) == ("undone", 0)


def test_undo_of_schemes_and_divisions(load, undo, tmp_path):
    empty = registers()
    divisions = load(workbook(tmp_path / "d.xlsx", [["610199103201", "丙镇", "丙一村", 700], ["610199101201", "甲镇", "甲壹村", 650]],
                              ["区划代码", "乡镇", "村", "年均降水量"]), "divisions")
    with_divisions = registers()
    schemes = load(scheme_book(tmp_path / "a.xlsx", ROWS), "schemes")
    with_schemes = registers()
    more = load(scheme_book(tmp_path / "b.xlsx", [["G1", "甲水厂", None, None, "千吨万人", "无", 900.25, "赵", "主任", None, None, 9]]), "schemes")
    for batch, expected in ((more, with_schemes), (schemes, with_divisions), (divisions, empty)):
        undo(batch)
        assert registers() == expected


def test_undo_withdraws_and_never_deletes_facts(load, undo, tmp_path):
    batch = load(workbook(tmp_path / "a.xlsx", [person("H01")]))
    facts = stages.fact_count()
    undo(batch)
    assert stages.fact_count() == facts
    assert Record.objects.get().withdrawn_at == AT
    again = load(workbook(tmp_path / "b.xlsx", [person("H01")]))
    assert again.counts["created"] == 1
    assert Household.objects.get().pk != Fact.objects.filter(record__batch=batch).first().subject_id, "keys are never given twice"


def test_undo_is_refused_where_something_depends_and_names_it(load, undo, tmp_path, cast):
    batch = load(workbook(tmp_path / "a.xlsx", [person("H01"), person("H02")]))
    later = load(workbook(tmp_path / "b.xlsx", [person("H01", 户联系电话="13911112222")]))
    with pytest.raises(Refused, match=r"b\.xlsx") as refused:
        undo(batch)
    assert refused.value.code == "batch_in_use"
    undo(later)
    stages.facts(Household.objects.get(number="H02"), piped="no")
    with pytest.raises(Refused, match=r"H02.*测试排查"):
        undo(batch)
    Record.objects.filter(title="测试排查").update(withdrawn_at=AT)
    first = Household.objects.get(number="H01")
    Problem.objects.create(division=first.division, path=first.path, number="W-1", kind="too_far", state="found", subject_kind=1, subject_id=first.pk,
                           subject_name="张1", source="评价", reason="x", explanation="x", opened_on="2026-02-01", opened_at=AT, seen_on="2026-02-01")
    with pytest.raises(Refused, match="W-1"):
        undo(batch)
    Problem.objects.all().delete()
    undo(batch)
    assert not Household.objects.exists()


def test_undo_is_refused_where_a_changed_row_was_changed_again(load, undo, tmp_path):
    load(workbook(tmp_path / "a.xlsx", [person("H01")]))
    batch = load(workbook(tmp_path / "b.xlsx", [person("H01", 户联系电话="13911112222")]))
    Household.objects.update(phone="13700000000")
    with pytest.raises(Refused, match="H01"):
        undo(batch)


def test_an_import_that_stopped_goes_on_at_the_next_chunk(check, undo, tmp_path, cast, small_chunks, monkeypatch):
    rows = [person(f"H{number}", member) for number in range(10, 20) for member in (1, 2)]
    batch = check(workbook(tmp_path / "a.xlsx", [*rows, person("H50", 行政村="没有")]))
    before = registers()
    write = household_writer.HouseholdWriter.write

    def stop_at_two(self, number, acting):
        changes = write(self, number, acting)
        if number == 2:
            raise OSError("power cut")
        return changes

    monkeypatch.setattr(household_writer.HouseholdWriter, "write", stop_at_two)
    with pytest.raises(OSError):
        actions.import_batch(batch=batch, by=cast.chen, at=AT)
    assert (Household.objects.count(), Member.objects.count()) == (6, 12), "the chunk that failed left nothing"
    monkeypatch.setattr(household_writer.HouseholdWriter, "write", write)
    batch = Batch.objects.get(pk=batch.pk)
    assert (batch.state, batch.chunks_done) == ("importing", 2)
    actions.import_batch(batch=batch, by=cast.chen, at=AT)
    assert {name: batch.counts[name] for name in ("created", "changed", "unchanged", "refused")} == {
        "created": 20, "changed": 0, "unchanged": 0, "refused": 1}
    assert batch.report["entities"]["households_created"] == 10
    assert (Household.objects.count(), Member.objects.count()) == (10, 20)
    undo(batch)
    assert registers() == before


def test_only_one_import_writes_into_a_county(check, tmp_path, cast):
    first = check(workbook(tmp_path / "a.xlsx", [person("H01")]))
    second = check(workbook(tmp_path / "b.xlsx", [person("H02")]))
    Batch.objects.filter(pk=first.pk).update(state="importing")
    with pytest.raises(Refused) as refused:
        actions.import_batch(batch=second, by=cast.chen, at=AT)
    assert refused.value.code == "county_busy"


def test_states_that_do_not_fit_are_refused(receive, load, undo, tmp_path, cast):
    batch = receive(workbook(tmp_path / "a.xlsx", [person("H01")]))
    for act in (actions.import_batch, actions.undo_batch):
        with pytest.raises(Refused) as refused:
            act(batch=batch, by=cast.chen, at=AT)
        assert refused.value.code == "wrong_state"
    done = load(workbook(tmp_path / "b.xlsx", [person("H01")]))
    with pytest.raises(Refused):
        actions.check_batch(batch=done, by=cast.chen, at=AT)
