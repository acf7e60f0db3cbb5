"""Plans that a county goes by: adopted with its own numbers, points from the register, the calendar over them."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from cast import AT, TODAY, Cast
from stages import household, scheme, supply
from watch.way import on

from quality.county import YEAR, adopt, browser, keep_all, person, point_of, schemes
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.places.rights import Role
from wenqu.places.scope import area_of
from wenqu.quality.calendar.queries import by_town, entries, total
from wenqu.quality.models import PlanAdoption, PlanEdition, Point, PointUse, Tally
from wenqu.quality.plans.actions import drop_plan
from wenqu.quality.plans.queries import adopted, pack_of
from wenqu.quality.points.actions import edit_point, end_point, tell_done, withdraw_tally
from wenqu.quality.points.proposals import proposals
from wenqu.quality.points.queries import agents_of
from wenqu.rulebook.quality.plans import State, plan_pack, plan_pack_ids, season_of


def area(cast: Cast) -> Any:
    return area_of(cast.chen, TODAY)


@pytest.mark.parametrize("name", plan_pack_ids())
def test_an_edition_keeps_the_whole_plan_and_gives_it_again(cast: Cast, name: str) -> None:
    row = PlanEdition.objects.get(pk=adopt(cast, name).edition_id)
    assert (row.digest, pack_of(row).digest, pack_of(row).content) == (plan_pack(name).digest,) * 2 + (plan_pack(name).content,)
    PlanEdition.objects.filter(pk=row.pk).update(text=row.text.replace("value = ", "value =  ", 1).replace('zh = "', 'zh = "另', 1))
    with pytest.raises(LookupError):
        pack_of(PlanEdition.objects.get(pk=row.pk))


def test_what_a_county_goes_by_in_a_year(cast: Cast) -> None:
    first = adopt(cast)
    assert adopt(cast) == first, "a form sent twice"
    own = adopt(cast, seasons__wet__months=[6, 7, 8], seasons__dry__months=[1, 2, 3, 4, 5, 9, 10, 11, 12], tasks__monthly__times=2)
    other = adopt(cast, "plan-county-water")
    assert adopted(cast.county.path, YEAR) == [other, own] and adopted(cast.county.path, 2027) == []
    pack = pack_of(own.edition)
    assert season_of(pack, date(2026, 5, 31)) == "dry" and pack.tasks["monthly"].times.number == 2
    assert pack.clauses["tasks.monthly.times"].document == "清卫发〔2026〕1号" and pack.clauses["tasks.monthly.times"].verified
    drop_plan(adoption=other, document="清卫发〔2026〕9号", area=area(cast), by=cast.chen, at=AT)
    assert adopted(cast.county.path, YEAR) == [own] and PlanAdoption.objects.count() == 4
    with pytest.raises(Refused, match="已经不采用"):
        drop_plan(adoption=other, document="清卫发〔2026〕9号", area=area(cast), by=cast.chen, at=AT)
    assert AuditEntry.objects.filter(verb="adopt_plan").count() == 3 and AuditEntry.objects.filter(verb="drop_plan").count() == 1


@pytest.mark.parametrize(("given", "code"), [
    ({"pack": "six-steps-huangping-2021"}, "pack_unknown"), ({"year": 1999}, "year_wrong"), ({"year": 2022}, "pack_not_in_force"),
    ({"seasons__wet__months": [6]}, "values_wrong"), ({"tasks__nothing__times": 3}, "values_wrong"), ({"tasks__monthly__times": 0}, "values_wrong"),
])
def test_what_is_not_adopted(cast: Cast, given: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        adopt(cast, **given)
    assert refused.value.code == code and not PlanAdoption.objects.exists()


def test_points_come_from_the_register_once_and_serve_a_second_plan(cast: Cast) -> None:
    plant, station, other, _well = schemes(cast)
    rural = adopt(cast)
    assert [(one.kind.id, one.scheme) for one in proposals(pack_of(rural.edition), cast.county.path)] == [
        ("town_outlet", plant), ("village_outlet", station), ("village_outlet", other)]
    assert len(keep_all(cast, rural)) == 3 and proposals(pack_of(rural.edition), cast.county.path) == []
    point = point_of(plant)
    assert (point.number, point.name, point.people, point.path, point.shape) == ("JC0001", "甲镇水厂集镇供水成品水", 3, cast.town_a.path, "outlet")
    with pytest.raises(Refused, match="至少选择一个"):
        keep_all(cast, rural)
    # 篇十六: outlet and tap of each centralised plant; the outlets stand already. The well is decentralised: a household's.
    water = adopt(cast, "plan-county-water")
    found = proposals(pack_of(water.edition), cast.county.path)
    assert [(one.kind.id, one.point is not None) for one in found] == [("plant_outlet", True)] * 3 + [("plant_tap", False)] * 3
    keep_all(cast, water)
    assert Point.objects.count() == 6 and PointUse.objects.count() == 9
    scheme(cast.county, "S9", "县自来水厂", "urban_rural")
    assert [(one.kind.id, one.ordinal) for one in proposals(pack_of(water.edition), cast.county.path)] == [("city_outlet", 1), *(("city_tap", n) for n in range(1, 6))]


def test_the_calendar_tells_what_is_due_by_the_county_s_own_plan(cast: Cast) -> None:
    plant, station, *_others = schemes(cast)
    rows = [adopt(cast)]
    keep_all(cast, rows[0])
    found = entries(rows, area(cast), cast.county.path, date(2026, 3, 28))
    assert total(found).tasks == 12 + 2 + 2
    assert [(one.standing.task.key.split("/")[2], one.standing.state) for one in found][:3] == [("2026-01", State.LATE), ("2026-02", State.LATE), ("2026-03", State.SOON)]
    assert {path: sums.tasks for path, sums in by_town(found).items()} == {cast.town_a.path: 14, cast.town_b.path: 2}
    (tried,) = [one for one in found if one.standing.task.key.endswith("2026-02")]
    assert "chlorite" in tried.standing.task.items and not tried.standing.task.unsettled, "二氧化氯"
    unknown = next(one for one in found if one.point is not None and one.point.scheme_id not in (plant.pk, station.pk))
    assert unknown.standing.task.unsettled == ("disinfection",)
    assert {one.standing.task.key for one in entries(rows, area(cast), cast.county.path, date(2026, 3, 28), month=3)} == {f"monthly/{point_of(plant).pk}/2026-03"}
    town = area_of(cast.zhao, TODAY)
    assert {one.point.path for one in entries(rows, town, cast.county.path, date(2026, 3, 28)) if one.point} == {cast.village_b1.path}


def test_what_was_done_is_counted_once_and_taken_back_is_counted_no_more(cast: Cast) -> None:
    plant, *_others = schemes(cast)
    row = adopt(cast)
    keep_all(cast, row)
    use, pack = PointUse.objects.select_related("point").get(point=point_of(plant)), pack_of(row.edition)
    told = {"use": use, "pack": pack, "rule": "monthly", "note": "", "area": area(cast), "by": cast.chen, "at": AT}

    def state(window: str) -> State:
        (one,) = [one for one in entries([row], area(cast), cast.county.path, date(2026, 3, 1)) if one.standing.task.key == f"monthly/{use.point_id}/2026-{window}"]
        return one.standing.state

    tally = tell_done(**told, on=date(2026, 2, 10), count=1, key="k1")
    assert tell_done(**told, on=date(2026, 2, 10), count=1, key="k1") == tally and Tally.objects.count() == 1
    assert state("02") == State.DONE and state("01") == State.LATE and state("03") == State.DUE
    withdraw_tally(tally=tally, why="登记错了", area=area(cast), by=cast.chen, at=AT)
    assert state("02") == State.LATE and Tally.objects.get().withdrawn_why == "登记错了"
    for change, code in (({"rule": "seasonal"}, "task_unknown"), ({"on": date(2026, 3, 2)}, "day_to_come"), ({"on": date(2025, 12, 31)}, "not_in_use"), ({"count": 0}, "count_wrong")):
        with pytest.raises(Refused) as refused:
            tell_done(**{**told, "on": date(2026, 2, 10), "count": 1, "key": code, **change})
        assert refused.value.code == code
    with pytest.raises(Refused, match="已经撤回"):
        withdraw_tally(tally=tally, why="又错了", area=area(cast), by=cast.chen, at=AT)


def test_a_point_has_quotas_of_its_own_and_owes_nothing_after_its_end(cast: Cast) -> None:
    plant, *_others = schemes(cast)
    row = adopt(cast)
    keep_all(cast, row)
    point = point_of(plant)
    supply(household(cast.village_a2, "H7"), plant)
    point = edit_point(point=point, name="甲镇水厂成品水", place="清水池出口", source_limited=True, treatment_limited=False, quotas={"plan-rural-water": {"monthly": 3}},
                       area=area(cast), by=cast.chen, at=AT)
    assert (point.people, point.source_limited) == (6, True)
    wanted = [one.standing.task.wanted for one in entries([row], area(cast), cast.county.path, TODAY) if one.point == point]
    assert wanted == [3] * 12
    end_point(point=point, to_on=date(2026, 6, 30), area=area(cast), by=cast.chen, at=AT)
    assert [one.standing.task.window.last.month for one in entries([row], area(cast), cast.county.path, date(2026, 1, 1)) if one.point == point] == [1, 2, 3, 4, 5, 6]
    with pytest.raises(Refused, match="已于 2026-06-30 停用"):
        end_point(point=point, to_on=date(2026, 7, 30), area=area(cast), by=cast.chen, at=AT)


def test_disinfectants_are_known_by_the_names_of_the_standards() -> None:
    pack = plan_pack("plan-rural-water")
    assert agents_of(pack, "二氧化氯") == agents_of(pack, "二氧化氯消毒") == ("chlorine_dioxide",) and agents_of(pack, "二氧化氯+臭氧") == ("chlorine_dioxide", "ozone")
    assert agents_of(pack, "无") == () and agents_of(pack, " ") is None and agents_of(pack, "紫外线") is None and agents_of(pack, "臭氧、神水") is None


def test_by_the_pages_from_the_shelf_to_the_workbook(cast: Cast) -> None:
    plant, *_others = schemes(cast)
    with on(date(2026, 3, 28)):
        client = browser(cast.chen)
        assert "还没有采用监测方案" in client.get("/quality/").content.decode()
        page = client.get(f"/quality/plans/adopt/?county={cast.county.pk}&year=2026&pack=plan-rural-water").content.decode()
        assert "丰水期的月份" in page and "12个集镇供水成品水每月检测一次" in page
        sent: dict[str, Any] = {
            "document": "清卫发〔2026〕1号", "document_on": "2026-01-05", "seasons-wet-months": ["6", "7", "8"], "seasons-dry-months": ["1", "2", "3", "4", "5", "9", "10", "11"],
            "tasks-monthly-times": "1", "tasks-seasonal-times": "1", "reports-results-within": "5", "reports-tested-within": "10", "warning-soon": "7"}
        address = f"/quality/plans/adopt/?county={cast.county.pk}&year=2026&pack=plan-rural-water"
        wrong = client.post(address, sent)
        assert wrong.status_code == 409 or wrong.status_code == 400
        assert "12 月不属于任何一期" in wrong.content.decode()
        sent["seasons-dry-months"].append("12")
        assert client.post(address, sent).status_code == 302
        row = PlanAdoption.objects.get()
        assert pack_of(row.edition).clauses["seasons.wet.months"].numbers == (6, 7, 8) and pack_of(row.edition).clauses["tasks.monthly.times"].document != "清卫发〔2026〕1号"
        shelf = client.get("/quality/plans/?year=2026").content.decode()
        assert "从登记簿生成监测点（3）" in shelf and "253" in shelf
        picked = client.get(f"/quality/plans/{row.pk}/proposals/").content.decode()
        assert "甲一村供水站" in picked and "乙二村水井" not in picked
        assert client.post(f"/quality/plans/{row.pk}/proposals/", {"from_on": "2026-01-01", "all": "1"}).status_code == 302
        assert client.post(f"/quality/plans/{row.pk}/proposals/", {"from_on": "2026-01-01", "all": "1"}).status_code in {400, 409}
        point = point_of(plant)
        assert "甲镇水厂集镇供水成品水" in client.get("/quality/points/").content.decode() and "甲镇水厂" not in client.get("/quality/points/?shape=tap").content.decode()
        one = client.get(f"/quality/points/{point.pk}/?year=2026").content.decode()
        assert "二氧化氯" in one and '<span class="badge bad">逾期</span>' in one and '<span class="badge fair">临期</span>' in one
        told = {"task": "plan-rural-water.monthly", "on": "2026-02-10", "count": "1", "note": "", "key": "k1"}
        assert client.post(f"/quality/points/{point.pk}/done/?year=2026", told | {"on": "2026-04-01"}).status_code == 400
        assert client.post(f"/quality/points/{point.pk}/done/?year=2026", told).status_code == 302
        calendar = client.get("/quality/?year=2026&state=late").content.decode()
        assert "01-01–01-31" in calendar and "02-01–02-28" not in calendar
        assert '<span class="badge bad">逾期</span>' in calendar and '<li class="tile bad"><span class="tile-label">逾期</span>' in calendar
        book = openpyxl.load_workbook(BytesIO(client.get("/quality/calendar.xlsx?year=2026").content))
        rows = list(book["任务"].iter_rows(min_row=3, values_only=True))
        assert len(rows) == 16 and rows[0][1:4] == ("集镇供水每月检测", point.number, point.name) and rows[0][7:12] == (1, 0, 1, "个样品", "逾期")
        assert [row[:4] for row in book["按乡镇"].iter_rows(min_row=3, values_only=True)] == [("甲镇", 14, 14, 1), ("乙镇", 2, 2, 0)]
        tally = Tally.objects.get()
        assert client.post(f"/quality/tallies/{tally.pk}/withdraw/?year=2026", {"why": "登记错了"}).status_code == 302
        assert "已撤回" in client.get(f"/quality/points/{point.pk}/?year=2026").content.decode()
        assert client.post(f"/quality/points/{point.pk}/end/", {"to_on": "2026-03-28"}).status_code == 302
        assert client.post(f"/quality/plans/{row.pk}/drop/", {"document": "清卫发〔2026〕9号"}).status_code == 302 and adopted(cast.county.path, YEAR) == []


def test_points_by_hand_a_school_a_household_a_unit(cast: Cast) -> None:
    plant, *_others = schemes(cast)
    water, vegetables = adopt(cast, "plan-county-water"), adopt(cast, "plan-vegetables")
    household(cast.village_b2, "H8")
    with on(date(2026, 3, 1)):
        client = browser(cast.chen)
        sent = {"name": "普安小学", "scheme": "", "household": "", "town": str(cast.town_b.pk), "place": "", "from_on": "2026-01-01"}
        assert client.post("/quality/points/new/?year=2026", sent | {"what": f"{water.pk}.school"}).status_code == 302
        assert client.post("/quality/points/new/?year=2026", sent | {"what": f"{water.pk}.school", "name": "乙一村小学", "town": str(cast.village_b1.pk)}).status_code == 302
        assert client.post("/quality/points/new/?year=2026", sent | {"what": f"{water.pk}.tank", "name": "水厂宿舍水箱"}).status_code == 400
        assert client.post("/quality/points/new/?year=2026", sent | {"what": f"{water.pk}.tank", "name": "水厂宿舍水箱", "scheme": "S1", "treatment_limited": "on"}).status_code == 302
        assert client.post("/quality/points/new/?year=2026", sent | {"what": f"{water.pk}.household", "name": "乙二村水窖", "household": "H8"}).status_code == 302
        assert client.post("/quality/points/new/?year=2026", sent | {"what": f"{vegetables.pk}.town_station", "name": "乙镇监管站"}).status_code == 302
        assert client.post("/quality/points/new/?year=2026", sent | {"what": f"{water.pk}.school", "name": "电话13812345678"}).status_code == 400
    told = {point.name: (point.shape, point.path, point.place, point.people) for point in Point.objects.all()}
    assert told == {
        "普安小学": ("school", cast.town_b.path, "学校自建设施供水应当为用户取水口处", None), "乙一村小学": ("school", cast.village_b1.path, "学校自建设施供水应当为用户取水口处", None), "水厂宿舍水箱": ("tank", plant.path, "二次供水应当为蓄水池或水箱出水口处", 3),
        "乙二村水窖": ("household", cast.village_b2.path, "分散式供水应当为家庭储水器内", 3), "乙镇监管站": ("unit", cast.town_b.path, "", None)}
    found = entries([vegetables], area(cast), cast.county.path, date(2026, 3, 1))
    assert sum(one.standing.task.wanted for one in found if one.standing.task.rule == "town_month") == 480 and [one.point for one in found if one.standing.task.rule == "market_year"] == [None]
    assert not [one for one in entries([vegetables], area_of(cast.zhao, TODAY), cast.county.path, date(2026, 3, 1)) if one.point is None], "a town does not see the county's sum"


def test_who_may_see_adopt_and_keep(cast: Cast) -> None:
    plant, *_others = schemes(cast)
    row = adopt(cast)
    keep_all(cast, row)
    point, elsewhere = point_of(plant), Point.objects.get(path=cast.village_b1.path)
    address = f"/quality/plans/adopt/?county={cast.county.pk}&year=2026&pack=plan-training"
    with on(date(2026, 3, 1)):
        town, lab, village = browser(cast.li), browser(person(Role.LABORATORY, cast.county)), browser(cast.wang)
        assert town.get("/quality/").status_code == 200 and town.get(f"/quality/plans/editions/{row.edition_id}/").status_code == 200
        assert town.get(f"/quality/points/{point.pk}/").status_code == 200 and town.get(f"/quality/points/{elsewhere.pk}/").status_code == 404
        assert town.get(address).status_code == 403 and town.post(f"/quality/points/{point.pk}/end/", {"to_on": "2026-03-01"}).status_code == 403
        assert town.get(f"/quality/plans/{row.pk}/proposals/").status_code == 403
        assert lab.get(f"/quality/plans/{row.pk}/proposals/").status_code == 200 and lab.get(address).status_code == 403
        assert village.get("/quality/").status_code == 403
        assert "水质监测" in town.get("/").content.decode() and "水质监测" not in village.get("/").content.decode()


def test_a_town_is_told_of_no_other_town(cast: Cast) -> None:
    schemes(cast)
    keep_all(cast, adopt(cast))
    with on(date(2026, 3, 1)):
        client = browser(cast.li)
        for address in ("/quality/", "/quality/points/"):
            page = client.get(address).content.decode()
            assert "甲镇2026年监测日历" in page or "甲镇监测点" in page
            assert "乙" not in page and client.get(f"{address}?area={cast.town_b.pk}").status_code == 404
