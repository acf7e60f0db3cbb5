"""What an undo has to refuse, and acts on one batch or one county that must not meet."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from cast import AT, Cast
from dump import registers
from sheets import person, workbook

from wenqu.facts.models import Record
from wenqu.households.models import Household
from wenqu.importing.models import Batch
from wenqu.jobs.models import Job, State
from wenqu.kit.refusal import Refused
from wenqu.registers import actions, checking

pytestmark = pytest.mark.django_db
DIVISION_HEADERS = ["区划代码", "乡镇", "村", "年均降水量"]


def refused(act, **told) -> str:
    with pytest.raises(Refused) as refusal:
        act(at=AT, **told)
    return refusal.value.code


def test_places_that_households_live_in_are_not_taken_back(load, undo, tmp_path, cast: Cast):
    places = load(workbook(tmp_path / "d.xlsx", [["610199103201", "丙镇", "丙一村", 700]], DIVISION_HEADERS), "divisions")
    load(workbook(tmp_path / "a.xlsx", [person("H01", **{"乡(镇)": "丙镇", "行政村": "丙一村"})]))
    before = registers()
    with pytest.raises(Refused, match="H01") as refusal:
        undo(places)
    assert refusal.value.code == "batch_in_use"
    places.refresh_from_db()
    assert (places.state, Record.objects.filter(batch=places, withdrawn_at__isnull=False).count()) == ("imported", 0)
    assert registers() == before


def test_a_batch_that_came_earlier_but_was_imported_later_counts_too(check, load, undo, tmp_path, cast: Cast):
    early = check(workbook(tmp_path / "early.xlsx", [person("H01", 户联系电话="13911112222")]))
    made = load(workbook(tmp_path / "made.xlsx", [person("H01")]))
    actions.import_batch(batch=early, by=cast.chen, at=AT)
    assert Household.objects.get().phone.open() == "13911112222"
    with pytest.raises(Refused, match=r"early\.xlsx"):
        undo(made)
    undo(early)
    undo(made)


def test_no_undo_while_another_batch_of_the_county_is_being_written(load, check, tmp_path, cast: Cast):
    made = load(workbook(tmp_path / "made.xlsx", [person("H01")]))
    other = check(workbook(tmp_path / "other.xlsx", [person("H02")]))
    Batch.objects.filter(pk=other.pk).update(state="importing")
    assert refused(actions.undo_batch, batch=made, by=cast.chen) == "county_busy"


@pytest.fixture
def waiting(monkeypatch):
    """Jobs that are queued and not run."""
    monkeypatch.setattr("wenqu.jobs.tasks.run_job_task", SimpleNamespace(enqueue=lambda pk: None))


def test_two_presses_of_a_button_are_one_job(check, tmp_path, cast: Cast, waiting):
    pk = check(workbook(tmp_path / "a.xlsx", [person("H01")])).pk
    first, second = (Batch.objects.select_related("division", "job").get(pk=pk) for _ in range(2))
    actions.submit_import(batch=first, by=cast.chen, at=AT)
    assert refused(actions.submit_import, batch=second, by=cast.chen) == "job_running"
    assert refused(actions.set_mapping, batch=second, sources={"phone": "户联系电话"}, by=cast.chen) == "job_running"
    assert Job.objects.count() == 1
    Job.objects.update(state=State.FAILED)
    actions.submit_import(batch=second, by=cast.chen, at=AT)


def test_a_batch_with_another_mapping_is_checked_again_before_it_is_written(check, tmp_path, cast: Cast):
    batch = check(workbook(tmp_path / "a.xlsx", [person("H01")]))
    actions.set_mapping(batch=batch, sources={"phone": "民族"}, by=cast.chen, at=AT)
    assert refused(actions.import_batch, batch=batch, by=cast.chen) == "wrong_state"
    actions.check_batch(batch=batch, by=cast.chen, at=AT)
    actions.import_batch(batch=batch, by=cast.chen, at=AT)


def test_a_check_that_ends_late_does_not_undo_the_state_of_an_import(check, tmp_path, cast: Cast, monkeypatch):
    batch = check(workbook(tmp_path / "a.xlsx", [person("H01")]))
    slow = checking.check

    def while_it_is_imported(batch, progress):
        found = slow(batch, progress)
        actions.import_batch(batch=Batch.objects.get(pk=batch.pk), by=cast.chen, at=AT)
        return found

    monkeypatch.setattr(checking, "check", while_it_is_imported)
    assert refused(actions.check_batch, batch=batch, by=cast.chen) == "wrong_state"
    batch = Batch.objects.get(pk=batch.pk)
    assert (batch.state, batch.chunks_done, batch.imported_at) == ("imported", 1, AT)
