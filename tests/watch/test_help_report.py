"""The table of a county report: a small one reckoned by hand, and the one of the seeds (篇十三) from its own totals."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date

import openpyxl
import pytest
from cast import AT, TODAY, Cast
from crew import photo

from watch.helped import NAMES, done, person, planned, watched
from wenqu.households.models import Household
from wenqu.places.rights import Role
from wenqu.places.scope import Area
from wenqu.watch.helping import actions
from wenqu.watch.helping.table import Cell, Report, report_of
from wenqu.watch.helping.workbook import as_workbook
from wenqu.watch.models import Measure, Watched

pytestmark = pytest.mark.django_db


def cells(rows) -> dict[str, dict[str, tuple[int, ...]]]:
    return {row.name: {kind: (c.households, c.people, c.measures, c.done, c.fen) for kind, c in row.cells.items() if c != Cell()} for row in rows}


@pytest.fixture
def small(cast: Cast) -> Cast:
    """Four households: E1 and E2 因病 edge (3 and 5 people), U1 因病 unstable (2), E3 因学 edge (4; of the other town)."""
    zhou = person("zhou", "周镇", Role.COUNTY_DISPATCHER, cast.county)
    e1, e2 = watched(cast.village_a1, "E1"), watched(cast.village_a2, "E2", people=5)
    u1 = watched(cast.village_a1, "U1", kind="unstable", people=2, left_on=date(2026, 2, 20))
    e3 = watched(cast.village_b1, "E3", cause="schooling", people=4)
    early = date(2026, 2, 1)
    done(planned(e1, zhou, "dibao", on=early), zhou, [photo(1)], fen=100_00)
    done(planned(e1, zhou, "medical", on=early), zhou, [photo(2)], on=date(2026, 2, 15), fen=250_50)
    planned(e1, zhou, "medical", on=TODAY)
    planned(e2, zhou, "dibao", on=early)
    wrong = planned(e2, zhou, "housing", on=early)
    actions.drop_measure(measure=wrong, version=0, why="登记错了", by=zhou, at=AT)
    done(planned(e3, zhou, "schooling", on=early), zhou, [photo(3)], fen=0)
    assert u1.pk
    return cast


def test_a_small_table_reckoned_by_hand(small: Cast) -> None:
    edge, unstable = "边缘易致贫户", "脱贫不稳定户"
    report = report_of(small.area(small.chen), TODAY)
    assert cells(report.causes) == {
        "因病": {edge: (2, 8, 4, 2, 350_50), unstable: (1, 2, 0, 0, 0)},
        "因学": {edge: (1, 4, 1, 1, 0)},
    }
    assert cells(report.types) == {
        "低保保障": {edge: (2, 0, 2, 1, 100_00)}, "医疗保障": {edge: (1, 0, 2, 1, 250_50)}, "教育政策": {edge: (1, 0, 1, 1, 0)},
    }
    assert report.cross == Counter({("因病", "低保保障", edge): 2, ("因病", "医疗保障", edge): 2, ("因学", "教育政策", edge): 1})
    total = report.total.total
    assert (total.households, total.people, total.measures, total.done, total.fen) == (4, 14, 5, 3, 350_50)
    assert report.kinds == [edge, unstable]


def test_it_is_told_as_of_a_day_and_of_an_area(small: Cast) -> None:
    before = report_of(small.area(small.chen), date(2026, 2, 10)).total.total
    assert (before.households, before.measures, before.done, before.fen) == (4, 4, 0, 0)
    assert report_of(small.area(small.chen), date(2026, 1, 9)).causes == []
    still = report_of(small.area(small.chen), TODAY, still=True).total.total
    assert (still.households, still.people) == (3, 12)
    town = report_of(Area((small.town_b.path,), frozenset()), TODAY)
    assert cells(town.causes) == {"因学": {"边缘易致贫户": (1, 4, 1, 1, 0)}}


def test_people_are_the_members_where_nobody_told_how_many(cast: Cast) -> None:
    watched(cast.village_a1, "E1", people=None)
    assert report_of(cast.area(cast.chen), TODAY).total.total.people == 1


def test_the_workbook_says_the_same(small: Cast) -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_workbook(report_of(small.area(small.chen), TODAY), "清泉县")))
    assert book.sheetnames == ["按风险类型", "按措施种类", "风险与措施交叉"]
    first = [[cell.value for cell in row] for row in book["按风险类型"].iter_rows()]
    assert first[0][0] == "清泉县按风险类型（截至 2026-03-01）"
    assert first[2][:6] == ["风险类型", "户数", "人数", "措施条数", "已落实", "落实金额（元）"]
    assert first[3] == ["因病", 2, 8, 4, 2, 350.5, 1, 2, 0, 0, 0, 3, 10, 4, 2, 350.5]
    assert first[-1] == ["合计", 3, 12, 5, 3, 350.5, 1, 2, 0, 0, 0, 4, 14, 5, 3, 350.5]
    assert {str(each) for each in book["按风险类型"].merged_cells.ranges} == {"B2:F2", "G2:K2", "L2:P2"}
    second = [[cell.value for cell in row] for row in book["按措施种类"].iter_rows()]
    assert second[3] == ["低保保障", 2, 2, 1, 100, 0, 0, 0, 0, 2, 2, 1, 100] and second[-1][0:3] == ["合计", 5, "–"]
    third = [[cell.value for cell in row] for row in book["风险与措施交叉"].iter_rows()]
    assert third[3:] == [["因病", "低保保障", 2, 0, 2], ["因病", "医疗保障", 2, 0, 2], ["因学", "教育政策", 1, 0, 1]]


# 篇十三: households, people and measures by cause; the report counts measures of 因大病 and 因残 together.
HOUSEHOLDS = {
    "edge": {"因大病": (457, 1088), "因残": (161, 347), "因就业不稳": (22, 51), "因产业失败": (5, 9), "因突发事件": (17, 37), "因学": (2, 7), "因疫情": (31, 89),
             "因灾": (235, 439), "其他": (56, 106)},
    "unstable": {"因大病": (185, 437), "因残": (67, 159), "因就业不稳": (57, 172), "因产业失败": (4, 16), "因突发事件": (10, 32), "因学": (4, 17), "因疫情": (12, 25),
                 "因灾": (1, 3), "其他": (202, 466)},
}
MEASURES = {
    "edge": {"因大病": 944, "因残": 331, "因就业不稳": 36, "因产业失败": 8, "因突发事件": 30, "因学": 7, "因疫情": 53, "因灾": 369, "其他": 103},
    "unstable": {"因大病": 366, "因残": 133, "因就业不稳": 81, "因产业失败": 5, "因突发事件": 14, "因学": 7, "因疫情": 21, "因灾": 2, "其他": 313},
}
TYPES = {
    "edge": {"低保保障": 635, "困难残疾人补贴": 26, "协调子女赡养": 2, "教育政策": 22, "产业奖补": 1, "务工就业奖补": 10, "医疗保障": 561, "危房改造": 624},
    "unstable": {"低保保障": 342, "困难残疾人补贴": 7, "协调子女赡养": 4, "教育政策": 26, "产业奖补": 3, "务工就业奖补": 279, "医疗保障": 241, "危房改造": 40},
}
assert MEASURES["edge"]["因大病"] + MEASURES["edge"]["因残"] == 1275 and MEASURES["unstable"]["因大病"] + MEASURES["unstable"]["因残"] == 499


def share(whole: int, parts: int) -> list[int]:
    return [whole // parts + (each < whole % parts) for each in range(parts)]


def county_of_the_seeds(cast: Cast) -> Report:
    """Households and measures that have the totals of the report: each household at most one measure of a type, as the report covers them."""
    village, homes, rows, plans = cast.village_a1, [], [], []
    for kind, causes in HOUSEHOLDS.items():
        left = Counter(TYPES[kind])
        for cause, (count, people) in causes.items():
            for heads, measures in zip(share(people, count), share(MEASURES[kind][cause], count), strict=True):
                homes.append(Household(division=village, path=village.path, county=cast.county, number=f"S{len(homes)}", head_name="某", people=heads))
                rows.append(Watched(household=homes[-1], division=village, path=village.path, object_kind=kind, object_name=NAMES[kind], main_cause=cause, causes=[cause],
                                    cause_names=[cause], entered_on=date(2020, 6, 1), helper_name="帮", added_at=AT))
                for name, _rest in left.most_common(measures):
                    left[name] -= 1
                    plans.append((rows[-1], name))
        assert set(left.values()) == {0}
    Household.objects.bulk_create(homes)
    Watched.objects.bulk_create(rows)
    Measure.objects.bulk_create(
        Measure(household=row.household, watched=row, division=village, path=village.path, kind=name, kind_name=name, department="x", department_name="x",
                planned_on=date(2020, 7, 1), planned_at=AT) for row, name in plans)
    return report_of(cast.area(cast.chen), TODAY)


def test_the_table_of_the_seeds_comes_out_of_the_ledger(cast: Cast) -> None:
    """986 and 542 households, 2,173 and 1,327 people (the causes' people sum to 2,173 and 1,327), 2,823 measures."""
    report = county_of_the_seeds(cast)
    by_cause = {row.name: row for row in report.causes}
    for kind, causes in HOUSEHOLDS.items():
        for cause, (count, people) in causes.items():
            cell = by_cause[cause].cell(NAMES[kind])
            assert (cell.households, cell.people, cell.measures) == (count, people, MEASURES[kind][cause])
        for row in report.types:
            cell = row.cell(NAMES[kind])
            assert (cell.households, cell.measures) == (TYPES[kind][row.name], TYPES[kind][row.name])
    edge, unstable = (report.total.cell(NAMES[kind]) for kind in ("edge", "unstable"))
    assert (edge.households, edge.people, unstable.households, unstable.people) == (986, 2173, 542, 1327)
    assert report.total.total.measures == report.total_of_types.total.measures == sum(report.cross.values()) == 2823

