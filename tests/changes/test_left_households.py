"""Who left the register or was merged into another household stands in no list, no round, on no phone, in no snapshot, count, book or
export; no sheet brings them back; and their page is there and says where they went."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from cast import TODAY, Cast
from judged import County, make_county
from openrosa.client import Collect
from registers.sheets import person, workbook
from survey.field import make_field, record
from survey.page import Page

from changes.changing import AT, DAY, Kind, account, area, asking, carry, home, pk
from wenqu.books.ours import write_ours
from wenqu.households.lookup import households_by_id_number
from wenqu.households.models import Household, Member
from wenqu.importing.models import Batch
from wenqu.judging.actions import judge_division
from wenqu.judging.models import DivisionCount, Grade
from wenqu.ledger.models import Problem
from wenqu.ledger.reporting.finding import find
from wenqu.places.models import Role
from wenqu.registers import actions as registers
from wenqu.reports import dashboard, household_list, searching
from wenqu.reports.household_list import Filters
from wenqu.reports.ledgers import households as ledger
from wenqu.reports.ledgers.scope import make_scope
from wenqu.schemes.queries import served_counts
from wenqu.survey.desk.queries import called_in
from wenqu.survey.models import Reason, Submission
from wenqu.survey.rounds.progress import progress_of

pytestmark = pytest.mark.django_db


def leave(cast: Cast, row: Household, into: Household | None = None) -> None:
    """By the real actions: out of the register, or into another household."""
    if into is None:
        asked = asking(row, Kind.EXIT, why="moved_out")
    else:
        asked = asking(row, Kind.MERGE, other=into, relations=dict.fromkeys(row.members.values_list("pk", flat=True), "亲属"))
    reviewer = cast.chen.__class__.objects.filter(username="fu").first() or account("fu", "孙复", Role.COUNTY_REVIEWER, cast.county)
    carry(asked, cast.chen, reviewer, sure=True)


def without_identities() -> None:
    """The stages give everybody the same number: nobody of one number may stand in two households that merge."""
    Member.ever.update(id_number="", id_digest="")


def test_no_list_count_export_or_book_has_them(cast, tmp_path):
    county: County = make_county(cast)
    without_identities()
    gone, path = Household.objects.get(number="AH2"), cast.county.path
    assert "AH2" in {row.number for row in household_list.page_of(path, Filters(overall="safe"), None).rows}
    leave(cast, gone)
    left = {"AH1", "BH1", "BH2", "BH3"}
    assert {row.number for row in household_list.page_of(path, Filters(), None).rows} == left
    assert {row.number for row in household_list.page_of(path, Filters(overall="safe"), None).rows} == set(), "nor in the list by grade"
    assert household_list.kinds_of(path) == []
    assert dashboard.households_at_least(path) == (4, True)
    assert dashboard.people_registered(path, True) == 12
    assert served_counts([county.plant_a.pk], area(cast.chen))[county.plant_a.pk] == (1, 3)
    assert find("AH2", area(cast.chen)).households == []
    assert searching.search("张良", area(cast.chen)).households == []
    scope = make_scope(cast.county, area=area(cast.chen), whole_phones=False, at=AT)
    assert ledger.count(scope) == 4
    assert {cells[3] for _path, cells in ledger.rows(scope)} == left
    con = duckdb.connect()
    write_ours(con, "households", path, tmp_path / "ours.parquet")
    assert {number for number, in con.execute(f"SELECT 户编号 FROM '{tmp_path / 'ours.parquet'}'").fetchall()} == left


def test_a_run_judges_who_stands_and_opens_nothing_for_who_left(cast):
    county = make_county(cast)
    without_identities()
    assert Problem.objects.filter(subject_kind=1, subject_id=county.house_a.pk).count() == 1
    Problem.objects.all().delete()
    leave(cast, county.house_a, Household.objects.get(number="AH2"))
    run = judge_division(division=cast.county, pack_id="national-2018", as_of=TODAY, by=cast.chen, at=AT)
    assert run.households == 4
    counted = DivisionCount.objects.get(run=run, division=cast.village_a1)
    assert (counted.households, counted.people) == (1, 6), "the people live on in the other household"
    assert not Problem.objects.filter(subject_kind=1, subject_id=county.house_a.pk).exists()


def test_phones_and_rounds_go_only_to_who_stands(cast):
    field = make_field(cast)
    without_identities()
    page, collect = Page(field.phone.token), Collect(f"http://testserver/x/{field.phone.token}")
    page.sync()
    form = collect.download(collect.form_list()[0])
    assert {row["n"] for row in page.rows("h")} == {field.home.number, field.neighbour.number}
    leave(cast, field.home, field.neighbour)
    page.sync()
    assert [(row["n"], row["c"]) for row in page.rows("h")] == [(field.neighbour.number, 6)]
    again = collect.download(collect.form_list()[0])
    assert field.home.number in form.media["households.csv"].decode()
    assert field.home.number not in again.media["households.csv"].decode()
    assert progress_of(field.round, area(cast.chen), None, AT).total.all == 1


def test_a_record_of_a_household_that_left_meanwhile_waits_where_it_was(cast, client):
    field = make_field(cast)
    without_identities()
    leave(cast, field.home)
    Collect(f"http://testserver/x/{field.phone.token}", client).post(record(field.home))
    row = Submission.objects.get()
    assert (row.state, row.reasons, row.subject, row.path) == ("quarantined", [Reason.LEFT_SUBJECT], f"household:{field.home.pk}", cast.village_a1.path)
    assert called_in([row.subject], area(cast.chen)) == {row.subject: "张三（610199101201001）"}, "and is still named"


def imported(cast: Cast, path: Path) -> Batch:
    batch = registers.receive_workbook(
        kind="households", county=cast.county, file=path, file_name=path.name, code_system="nbs", observed_on=DAY, by=cast.chen, at=AT)
    registers.check_batch(batch=batch, by=cast.chen, at=AT)
    return registers.import_batch(batch=batch, by=cast.chen, at=AT)


def test_a_sheet_that_names_who_left_is_told_so_and_changes_nothing_of_them(cast, tmp_path):
    imported(cast, workbook(tmp_path / "a.xlsx", [person("H01"), person("H02"), person("H03")]))
    leave(cast, Household.objects.get(number="H01"), Household.objects.get(number="H02"))
    leave(cast, Household.objects.get(number="H03"))
    again = imported(cast, workbook(tmp_path / "b.xlsx", [person("H01", 户联系电话="13900009999"), person("H03"), person("H04")]))
    assert (again.counts["created"], again.counts["refused"]) == (1, 2)
    told = {error["row"]: (error["code"], error["message"]) for error in again.report["errors"]}
    assert told[2][0] == "household_merged"
    assert "2026-03-10并入户编号H02；请改用并入后的户编号" in told[2][1]
    assert (told[3][0], "退出台账" in told[3][1]) == ("household_left", True)
    assert Household.ever.get(number="H01").phone.open() == "13800001234"


def test_a_sheet_that_still_has_somebody_who_died_does_not_bring_them_back(cast, tmp_path):
    sheet = workbook(tmp_path / "a.xlsx", [person("H01"), person("H01", 2, 姓名="李梅")])
    imported(cast, sheet)
    row = Household.objects.get()
    reviewer = account("fu", "孙复", Role.COUNTY_REVIEWER, cast.county)
    carry(asking(row, Kind.DIE, why="died", member=pk(row, "李梅")), cast.chen, reviewer)
    again = imported(cast, workbook(tmp_path / "b.xlsx", [person("H01"), person("H01", 2, 姓名="李梅", 人编号=None)]))
    assert [(error["code"], error["row"]) for error in again.report["errors"]] == [("member_left", 3)]
    assert row.members.count() == 1
    unnamed = imported(cast, workbook(tmp_path / "c.xlsx", [person("H01"), person("H01", 3, 姓名="李梅", 人编号=None, 证件号码=None)]))
    assert [error["code"] for error in unnamed.report["errors"]] == ["member_left"], "also where only the name tells"
    newcomer = imported(cast, workbook(tmp_path / "d.xlsx", [person("H01"), person("H01", 4, 姓名="张小")]))
    assert (newcomer.counts["created"], row.members.count()) == (1, 2), "others come in as before"


def test_who_left_is_found_by_no_number_of_theirs(cast):
    row = home(cast.village_a1, "H1", "张三", "张四", first=30)
    identity = Member.objects.get(name="张四").id_number.open()
    assert households_by_id_number(identity) == [row]
    reviewer = account("fu", "孙复", Role.COUNTY_REVIEWER, cast.county)
    carry(asking(row, Kind.REMOVE, why="moved_out", member=pk(row, "张四")), cast.chen, reviewer)
    assert households_by_id_number(identity) == []


def test_the_page_of_a_merged_household_points_to_the_other_and_offers_nothing_new(cast, sign_in):
    row, other = home(cast.village_a1, "H1", "张三"), home(cast.village_a1, "H2", "王五")
    leave(cast, row, other)
    chen = sign_in(cast.chen)
    text = chen.get(f"/households/{row.pk}/").content.decode()
    assert "这户已于 2026-03-10 并入" in text
    assert f'href="/households/{other.pk}/"' in text
    assert "/changes/new/" not in text
    assert chen.get(f"/households/{row.pk}/consents/new/").status_code == 409
    assert chen.get("/problems/report/", {"household": row.pk}).status_code == 404


def test_a_department_is_answered_nothing_of_a_household_that_left(cast):
    from wenqu.households.asking.queries import answers_to  # noqa: PLC0415
    from wenqu.households.consent.actions import record_consent  # noqa: PLC0415

    row = home(cast.village_a1, "H1", "张三", first=30)
    record_consent(household=row, given_by="张三", purpose="civil", given_on=DAY, until=DAY.replace(year=2027), evidence="授权书在镇里", area=area(cast.chen), on=DAY, by=cast.chen, at=AT)
    digest = row.members.get().id_digest
    assert list(answers_to([digest], "civil", area(cast.chen), DAY)) == [digest]
    leave(cast, row)
    assert answers_to([digest], "civil", area(cast.chen), DAY) == {}


def test_a_sheet_from_before_a_split_tells_in_its_dry_run_whom_it_would_take_back(cast, tmp_path):
    old = workbook(tmp_path / "a.xlsx", [person("H01"), person("H01", 2), person("H02")])
    imported(cast, old)
    row = Household.objects.get(number="H01")
    reviewer = account("fu", "孙复", Role.COUNTY_REVIEWER, cast.county)
    carry(asking(row, Kind.SPLIT, members=(pk(row, "张2"),), head=pk(row, "张2"), new_number="H09"), cast.chen, reviewer, sure=True)
    Household.objects.filter(number="H02").update(division=cast.village_a2, path=cast.village_a2.path)
    batch = registers.receive_workbook(
        kind="households", county=cast.county, file=old, file_name="旧表.xlsx", code_system="nbs", observed_on=DAY, by=cast.chen, at=AT)
    registers.check_batch(batch=batch, by=cast.chen, at=AT)
    batch.refresh_from_db()
    told = {error["row"]: (error["code"], error["message"]) for error in batch.report["errors"]}
    assert told[3][0] == "member_moves" and "户编号H09的成员，按这张表会移到户编号H01" in told[3][1] and "这张表是旧的" in told[3][1]
    assert told[4][0] == "household_moves" and "属于另一个村" in told[4][1]
    assert batch.counts["cells"] == 2 and batch.counts["refused"] == 0


def test_a_household_made_by_a_split_is_graded_at_once(cast):
    county: County = make_county(cast)
    without_identities()
    row = county.house_a
    last = Member.objects.create(household=row, name="张小", relation="之子")
    reviewer = account("fu", "孙复", Role.COUNTY_REVIEWER, cast.county)
    carry(asking(row, Kind.SPLIT, members=(last.pk,), head=last.pk, new_number="AH9"), cast.chen, reviewer, sure=True)
    new, old = Household.objects.get(number="AH9"), Grade.objects.get(household=row)
    grade = Grade.objects.get(household=new)
    assert (grade.path, grade.run_id, grade.judged_at) == (new.path, old.run_id, AT)
    assert grade.quality == old.quality, "what the scheme is graded by is told of it"
