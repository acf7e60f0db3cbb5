"""Quality control: figures of blanks, parallels and spikes out of reviewed results, the limits of a county, what was added to a spike."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from cast import AT, TODAY, Cast
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from stages import scheme

from quality.county import browser, person
from quality.sampled import point_at, result_of, review, sample_at
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account
from wenqu.places.rights import Role
from wenqu.places.scope import EVERYWHERE, area_of
from wenqu.quality.control.actions import Addition, set_limits, tell_doses, withdraw_dose
from wenqu.quality.control.figures import ASIDE, BAD, GOOD, OPEN, WAITING, Mark
from wenqu.quality.control.limits import control_limits
from wenqu.quality.control.queries import by_item, chart_of, marks, trips_of
from wenqu.quality.control.words import clause_text, figure_text, mark_words
from wenqu.quality.models import ControlLimits, Dose, Laboratory, Point, Sample, Verdict
from wenqu.rulebook.text_tables import table_rows

YEAR = date(2026, 1, 1), date(2026, 12, 31)
DAY = date(2026, 2, 9)

# What is written in results of «iron», and what comes out. «-»: no result, or nothing was added.
CASES = """
空白样的值应低于方法检出限；没有写检出限的，不能判断，要说出来。
role            | own     | other | dose | state | reason
field_blank     | <0.01   | -     | -    | good  | blank_clean
field_blank     | 0.005~0.01 | -  | -    | good  | blank_clean
transport_blank | 0.02~0.01 | -   | -    | bad   | blank_found
transport_blank | 0.02    | -     | -    | open  | blank_limit_missing
field_blank     | -       | -     | -    | waiting | result_missing

平行样与所属样品比：相对偏差按两者的平均含量的允许范围；有一个低于检出限的，算不出，不当作零；缺一个结果的，说缺哪一个。
role     | own   | other | dose | state   | reason
parallel | 0.11  | 0.09  | -    | good    | parallel_close
parallel | 0.12  | 0.08  | -    | bad     | parallel_apart
parallel | <0.01 | 0.09  | -    | open    | parallel_not_numbers
parallel | 110 µg/L | 0.09 | -  | good    | parallel_close
parallel | 5 NTU | 0.09  | -    | open    | units_differ
parallel | -     | 0.09  | -    | waiting | result_missing
parallel | 0.11  | -     | -    | waiting | partner_missing

加标回收率 =（加标样测得值 − 原样测得值）÷ 加标浓度；没有登记加标、没有原样结果的，说出来；没有加这一项的，不算。
role  | own  | other | dose               | state   | reason
spike | 0.19 | 0.1   | 100 mg/L 0.5 500   | good    | spike_found
spike | 0.18 | 0.1   | 100 mg/L 0.5 500   | bad     | spike_lost
spike | 0.22 | 0.1   | 100 mg/L 0.5 500   | bad     | spike_excess
spike | 0.2  | 100 µg/L | 100000 µg/L 0.5 500 | good | spike_found
spike | 0.1  | <0.01 | 100 mg/L 0.5 500   | good    | spike_found
spike | 0.1  | <0.02 | 100 mg/L 0.5 500   | open    | spike_open
spike | 0.19 | nd    | 100 mg/L 0.5 500   | open    | spike_not_numbers
spike | 0.14 | 0.1   | 100 mg/L 0.2 500   | open    | spike_dose
spike | 0.2  | 0.1   | 1 mg/L 50 500      | open    | volume_large
spike | 0.19 | 0.1   | -                  | open    | dose_missing
spike | 0.19 | -     | 100 mg/L 0.5 500   | waiting | partner_missing
spike | -    | 0.1   | 100 mg/L 0.5 500   | waiting | result_missing
spike | 0.19 | 0.1   | manganese          | aside   | not_spiked
"""
ROWS = [(row.sentence, row.cells) for row in table_rows(CASES)]


@pytest.fixture
def point(cast: Cast) -> Point:
    return point_at(cast, scheme(cast.town_a, "S1", "甲镇水厂", "large"))


def write(sample: Sample, text: str, item: str = "iron", **fields: Any) -> None:
    """«0.02~0.01»: with its detection limit; «110 µg/L»: in its unit."""
    if text == "-":
        return
    number, _tilde, detection = text.partition("~")
    number, _space, unit = number.partition(" ")
    told = {"unit": unit or "mg/L", "detection": detection} | fields
    result_of(sample, item, number, at=AT, **(told | {"sign": "not_detected", "value": ""} if number == "nd" else told))


def added(text: str, items: tuple[str, ...] = ("iron",)) -> Addition:
    strength, unit, volume, bottle = text.split()
    return Addition(items, Decimal(strength), unit, Decimal(volume), Decimal(bottle), "铁标准溶液 GSB-1")


def beside(main: Sample, role: str, day: date = DAY) -> Sample:
    assert main.point is not None
    row = sample_at(main.point, day, role=role, items=["iron"], trip=main.trip, of=None if role.endswith("blank") else main)
    if role.endswith("blank"):
        row.point = None
        row.save(update_fields=["point"])
    return row


def who(account: Account) -> dict[str, Any]:
    return {"area": area_of(account, TODAY), "by": account, "at": AT}


def one(cast: Cast, kind: str) -> Mark:
    (found,) = [mark for mark in marks(EVERYWHERE, cast.county.path, *YEAR, control_limits()) if mark.item == "iron" and mark.sample.role == kind]
    return found


@pytest.mark.parametrize(("sentence", "row"), ROWS, ids=[str(number) for number in range(len(ROWS))])
def test_a_case(cast: Cast, point: Point, sentence: str, row: dict[str, str]) -> None:
    main = sample_at(point, DAY)
    write(main, row["other"])
    companion = beside(main, row["role"])
    write(companion, row["own"])
    if row["dose"] == "manganese":
        tell_doses(sample=companion, told=added("100 mg/L 0.5 500", ("manganese",)), key="k", **who(cast.chen))
    elif row["dose"] != "-":
        tell_doses(sample=companion, told=added(row["dose"]), key="k", **who(cast.chen))
    mark = one(cast, row["role"])
    assert (mark.state, mark.figure.reason) == (row["state"], row["reason"]), sentence
    assert mark.state in (GOOD, BAD, OPEN, WAITING, ASIDE) and "%(" not in mark_words(mark)


def test_every_missing_piece_and_every_figure_is_told_in_words_with_its_clause(cast: Cast, point: Point) -> None:
    main = sample_at(point, DAY)
    write(main, "0.1")
    spike, parallel = beside(main, "spike"), beside(main, "parallel")
    write(spike, "0.18")
    mark = one(cast, "spike")
    assert "没有登记加标浓度" in mark_words(mark) and "加标样与原样测得值之差" in clause_text(mark) and "GB/T 5750.3" in clause_text(mark)
    tell_doses(sample=spike, told=added("100 mg/L 0.5 500"), key="k", **who(cast.chen))
    mark = one(cast, "spike")
    assert mark_words(mark) == "回收率 80 %，偏低；结果可能比实际低，要查原因。" and "90%" in clause_text(mark) and "未见原文" in clause_text(mark) and mark.unverified
    assert "还没有审核过的结果" in mark_words(one(cast, "parallel"))
    write(parallel, "0.12200001")
    assert figure_text(one(cast, "parallel").figure) == "9.91 %" and one(cast, "parallel").state == GOOD


def test_a_figure_is_shown_on_the_side_of_its_limit_on_which_it_is(cast: Cast, point: Point) -> None:
    main = sample_at(point, DAY)
    write(main, "0.1")
    spike = beside(main, "spike")
    write(spike, "0.2100001")
    tell_doses(sample=spike, told=added("100 mg/L 0.5 500"), key="k", **who(cast.chen))
    mark = one(cast, "spike")
    assert mark.state == BAD and figure_text(mark.figure) == "110.0001 %"


def test_only_reviewed_results_count_and_nothing_of_it_is_judged_as_water(cast: Cast, point: Point) -> None:
    main = sample_at(point, DAY)
    parallel = beside(main, "parallel")
    write(main, "0.1")
    write(parallel, "9", state="entered")
    assert one(cast, "parallel").state == WAITING
    assert review(parallel, turbidity="99") is None and review(beside(main, "field_blank"), iron="9") is None
    assert Verdict.objects.count() == 0
    Sample.objects.filter(pk=parallel.pk).update(state="voided")
    assert [mark for mark in marks(EVERYWHERE, cast.county.path, *YEAR, control_limits()) if mark.sample.pk == parallel.pk] == []


def test_who_tells_what_was_added_and_how_it_is_taken_back(cast: Cast, point: Point) -> None:
    main = sample_at(point, DAY)
    spike = beside(main, "spike")
    for account, told, sample, code in [
        (person(Role.TOWN_OFFICE, cast.town_a), "100 mg/L 0.5 500", spike, "wrong_role"), (person(Role.TOWN_STATION, cast.town_b), "100 mg/L 0.5 500", spike, "outside_area"),
        (cast.chen, "100 mg/L 0.5 500", main, "no_spike"), (cast.chen, "0 mg/L 0.5 500", spike, "dose_wrong"), (cast.chen, "100 mg/L 500 0.5", spike, "dose_wrong"),
        (cast.chen, "100 度 0.5 500", spike, "unit_unknown"),
    ]:
        with pytest.raises(Refused) as caught:
            tell_doses(sample=sample, told=added(told), key="k", **who(account))
        assert caught.value.code == code
    for items, code in (((), "nothing_picked"), (("total_coliform",), "item_unknown"), (("nonsense",), "item_unknown")):
        with pytest.raises(Refused) as caught:
            tell_doses(sample=spike, told=added("100 mg/L 0.5 500", items), key="k", **who(cast.chen))
        assert caught.value.code == code
    (row,) = tell_doses(sample=spike, told=added("100 mg/L 0.5 500"), key="k", **who(person(Role.TOWN_STATION, cast.town_a)))
    assert tell_doses(sample=spike, told=added("100 mg/L 0.5 500"), key="k", **who(cast.chen)) == [row]
    with pytest.raises(Refused, match="先撤回"):
        tell_doses(sample=spike, told=added("200 mg/L 0.5 500"), key="k2", **who(cast.chen))
    with pytest.raises(Refused, match="请求编号"):
        tell_doses(sample=beside(main, "spike"), told=added("100 mg/L 0.5 500"), key="k", **who(cast.chen))
    with pytest.raises(Refused, match="原因"):
        withdraw_dose(dose=row, why=" ", **who(cast.chen))
    withdraw_dose(dose=row, why="瓶子拿错", **who(cast.chen))
    with pytest.raises(Refused, match="已经撤回"):
        withdraw_dose(dose=row, why="瓶子拿错", **who(cast.chen))
    tell_doses(sample=spike, told=added("200 mg/L 0.5 500"), key="k2", **who(cast.chen))
    assert list(Dose.objects.filter(sample=spike).values_list("strength", "withdrawn_why")) == [(Decimal(100), "瓶子拿错"), (Decimal(200), "")]
    assert AuditEntry.objects.filter(verb__in=["tell_doses", "withdraw_dose"]).count() == 3


def test_a_county_confirms_and_edits_limits_by_a_document_and_every_word_of_it_is_kept(cast: Cast, point: Point) -> None:
    told = {"division": cast.county, "document": "清卫质控〔2026〕2号", "document_on": date(2026, 2, 1)}
    for account, change, code in [
        (person(Role.LABORATORY, cast.county), {}, "wrong_role"), (cast.chen, {"division": cast.town_a}, "not_a_county"), (cast.chen, {"document": " "}, "document_missing"),
        (cast.chen, {"document_on": date(2027, 1, 1)}, "day_to_come"), (cast.chen, {"values": {}}, "nothing_changed"), (cast.chen, {"values": {"spikes.low": 120}}, "values_wrong"),
        (cast.chen, {"values": {"spikes.rule": "another"}}, "values_wrong"),
    ]:
        with pytest.raises(Refused) as caught:
            set_limits(**(told | {"values": {"spikes.low": 85}} | change), key="k", **who(account))  # type: ignore[arg-type]
        assert caught.value.code == code
    row = set_limits(**told, values={"spikes.low": 85, "spikes.high": 110, "spikes.rule": "found-minus-own-over-added"}, key="k", **who(cast.chen))  # type: ignore[arg-type]
    assert set_limits(**told, values={"spikes.low": 70}, key="k", **who(cast.chen)) == row  # type: ignore[arg-type]
    assert [(each["key"], each["was"], each["now"]) for each in row.changed if each["unit"] == "%"] == [("spikes.low", "90", "85"), ("spikes.high", "110", "110")]
    low, high = control_limits(cast.county.path).recovery
    assert (low.value, low.document, low.confidence, high.confidence, low.date) == (85, "清卫质控〔2026〕2号", "sourced", "sourced", "2026-02-01")
    assert control_limits().recovery[0].confidence == "unverified" and control_limits(cast.county.path).dose[0].confidence == "unverified"
    entry = AuditEntry.objects.get(verb="set_control_limits")
    assert entry.actor_id == cast.chen.pk and entry.detail["changed"]["spikes.low"] == ["90", "85"]
    second = set_limits(**told, values={"spikes.low": Decimal("80.5")}, key="k3", **who(cast.chen))  # type: ignore[arg-type]
    assert control_limits(cast.county.path).recovery[0].value == Decimal("80.5") and ControlLimits.objects.count() == 2 and second.changed[0]["was"] == "85"
    main = sample_at(point, DAY)
    write(main, "0.1")
    spike = beside(main, "spike")
    write(spike, "0.182")
    tell_doses(sample=spike, told=added("100 mg/L 0.5 500"), key="d", **who(cast.chen))
    assert one(cast, "spike").state == BAD
    (found,) = [mark for mark in marks(EVERYWHERE, cast.county.path, *YEAR, control_limits(cast.county.path)) if mark.sample.role == "spike"]
    assert found.state == GOOD and not found.unverified and "清卫质控〔2026〕2号" in clause_text(found)


def series(cast: Cast, point: Point, recoveries: list[int], laboratory: Laboratory | None = None) -> None:
    for number, percent in enumerate(recoveries):
        day = date(2026, 1, 1 + number) if number < 28 else date(2026, 2, number - 27)
        main = sample_at(point, day)
        spike = beside(main, "spike", day)
        write(main, "0.1", laboratory=laboratory)
        write(spike, str(Decimal("0.1") + Decimal(percent) / 1000), laboratory=laboratory)
        Dose.objects.create(division_id=spike.division_id, path=spike.path, sample=spike, item="iron", strength=100, unit="mg/L", volume=Decimal("0.5"), bottle=500, at=AT, key=f"s{spike.pk}")


def spikes(cast: Cast, first: date = YEAR[0]) -> Any:
    control = control_limits()
    return chart_of("spike", marks(EVERYWHERE, cast.county.path, None, YEAR[1], control, "iron"), first, control)


def test_lines_come_out_of_the_first_twenty_that_kept_their_limits_and_points_beyond_are_flagged(cast: Cast, point: Point) -> None:
    series(cast, point, [98, 102] * 10)
    assert spikes(cast).lines is not None and spikes(cast).numbers == 20
    Sample.objects.filter(role="spike").order_by("-pk").first().results.all().delete()  # type: ignore[union-attr]
    assert spikes(cast).lines is None and spikes(cast).numbers == 19
    for number, percent in enumerate([98, 120, 106, 107]):
        day = date(2026, 3, 1 + number)
        main = sample_at(point, day)
        write(main, "0.1")
        spike = beside(main, "spike", day)
        write(spike, str(Decimal("0.1") + Decimal(percent) / 1000))
        tell_doses(sample=spike, told=added("100 mg/L 0.5 500"), key=f"t{number}", **who(cast.chen))
    chart = spikes(cast, date(2026, 3, 1))
    assert chart.lines is not None and round(chart.lines.mean, 1) == Decimal("99.8")
    told = {mark.on.day: chart.flags.get(mark.sample.pk, ()) for mark in chart.marks}
    # 120 is out of its limits and no part of the lines; two of three beyond the warning line on one side.
    assert list(told) == [1, 2, 3, 4] and told[1] == () and "beyond_action" in told[2] and "near_warning" in told[3]


def test_results_of_several_laboratories_have_no_lines_in_common(cast: Cast, point: Point) -> None:
    first, second = (Laboratory.objects.create(division=cast.county, path=cast.county.path, county=cast.county, name=name, added_at=AT) for name in ("县疾控", "市疾控"))
    series(cast, point, [99, 101] * 10, first)
    assert spikes(cast).lines is not None
    main = sample_at(point, date(2026, 5, 1))
    spike = beside(main, "spike", date(2026, 5, 1))
    write(main, "0.1", laboratory=second)
    write(spike, "0.2", laboratory=second)
    tell_doses(sample=spike, told=added("100 mg/L 0.5 500"), key="t", **who(cast.chen))
    chart = spikes(cast)
    assert chart.lines is None and chart.laboratories == 2


def test_a_trip_tells_what_it_lacks(cast: Cast, point: Point) -> None:
    for number in range(11):
        sample_at(point, DAY, trip="CY00001") if number else beside(sample_at(point, DAY, trip="CY00001"), "parallel")
    (trip,) = trips_of(EVERYWHERE, cast.county.path, *YEAR, control_limits())
    assert (trip.samples, trip.blanks.good, trip.share.good, trip.short) == (11, False, False, True)
    main = Sample.objects.filter(role="routine").first()
    assert main is not None
    for role in ("field_blank", "transport_blank", "parallel"):
        beside(main, role)
    (trip,) = trips_of(EVERYWHERE, cast.county.path, *YEAR, control_limits())
    assert (trip.blanks.good, trip.share.good, trip.short) == (True, True, False)


def fill(cast: Cast, point: Point, number: int = 1) -> Sample:
    spike = None
    for day in range(1, number + 1):
        main = sample_at(point, date(2026, 4, day), trip=f"CY{day:05d}")
        write(main, "0.1")
        for role, own in (("field_blank", "<0.01"), ("transport_blank", "0.02~0.01"), ("parallel", "0.12"), ("spike", "0.18")):
            write(beside(main, role, date(2026, 4, day)), own)
        spike = Sample.objects.filter(role="spike").latest("pk")
        tell_doses(sample=spike, told=added("100 mg/L 0.5 500"), key=f"f{spike.pk}", **who(cast.chen))
    assert spike is not None
    return spike


def test_the_pages_show_figures_charts_and_sources(cast: Cast, point: Point) -> None:
    fill(cast, point)
    client = browser(cast.chen)
    page = client.get(reverse("quality:control"), {"year": 2026}).content.decode()
    assert "铁" in page and "所依据的允许范围未核实" in page and "CY00001" not in page
    page = client.get(reverse("quality:control"), {"year": 2026, "item": "iron"}).content.decode()
    for told in ("回收率 80 %，偏低", "相对偏差 9.09 %", "空白值没有低于检出限", "还不能画控制线", "GB/T 5750.3", "未核实", "control-spike", "page-data"):
        assert told in page
    assert client.get(reverse("quality:control"), {"year": 2025}).content.decode().count("这段时间还没有采到质控样") == 1
    town = browser(person(Role.TOWN_STATION, cast.town_b)).get(reverse("quality:control"), {"year": 2026}).content.decode()
    assert "这段时间还没有采到质控样" in town


def test_the_workbook_says_the_same_and_is_logged(cast: Cast, point: Point) -> None:
    fill(cast, point)
    answer = browser(cast.chen).get(reverse("quality:control-workbook"), {"year": 2026})
    book = openpyxl.load_workbook(BytesIO(answer.content))
    cells = [[str(cell or "") for cell in row] for row in book["质控数据"].iter_rows(values_only=True, min_row=3)]
    assert len(cells) == 4 and any("80 %" in cell for row in cells for cell in row) and any(cell == "未核实" for row in cells for cell in row)
    assert book["允许范围"].max_row == 33 and book["采样批次"].max_row == 3
    assert AuditEntry.objects.filter(verb="export_quality_control").count() == 1


@pytest.mark.parametrize("query", [{"year": 2026}, {"year": 2026, "item": "iron"}])
def test_a_page_asks_the_same_number_of_questions_however_much_there_is(cast: Cast, point: Point, query: dict[str, Any]) -> None:
    client = browser(cast.chen)

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse("quality:control"), query).status_code == 200
        return len(found)

    fill(cast, point, 1)
    asked()
    few = asked()
    fill(cast, point, 6)
    assert asked() == few


def post(client: Client, name: str, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"quality:{name}", args=args), data)


def test_limits_are_set_on_their_page(cast: Cast) -> None:
    client = browser(cast.chen)
    page = client.get(reverse("quality:control-limits"))
    form = page.context["form"]
    assert "还有 31 个数值没有核实" in page.content.decode()
    data = {"key": "k1", "document": "清卫质控〔2026〕2号", "document_on": "2026-02-01", **{name: value for name, value in form.initial.items() if name.startswith("v-")}}
    nothing = post(client, "control-limits", **data)
    assert nothing.status_code >= 400 and "请至少修改或勾选核实一个数值" in nothing.content.decode()
    wrong = post(client, "control-limits", **data | {"v-spikes-low": "120"})
    assert "110 应大于 120" in wrong.content.decode()
    assert post(client, "control-limits", **data | {"v-spikes-low": "85", "c-spikes-rule": "on"}).status_code == 302
    page = client.get(reverse("quality:control-limits")).content.decode()
    assert "还有 29 个数值没有核实" in page and "90 → 85 %" in page and "清卫质控〔2026〕2号" in page and cast.chen.name in page
    lab = browser(person(Role.LABORATORY, cast.county))
    assert "按文件核实" not in lab.get(reverse("quality:control-limits")).content.decode()
    assert post(lab, "control-limits", **data | {"v-spikes-low": "80"}).status_code == 403


def test_an_addition_is_told_and_taken_back_on_the_page_of_the_sample(cast: Cast, point: Point) -> None:
    main = sample_at(point, datetime(2026, 2, 9, tzinfo=UTC).date())
    spike = beside(main, "spike")
    client = browser(cast.chen)
    page = client.get(reverse("quality:sample", args=[spike.pk])).content.decode()
    assert "还没有登记加标浓度" in page and "回收率 =" in page
    assert "id=\"doses\"" not in client.get(reverse("quality:sample", args=[main.pk])).content.decode()
    data = {"key": "k1", "items": ["iron"], "strength": "100", "unit": "mg/L", "volume": "0.5", "bottle": "500", "solution": "铁标准溶液"}
    post(client, "dose-sample", spike.pk, **data | {"items": []})
    assert not Dose.objects.exists()
    post(client, "dose-sample", spike.pk, **data)
    row = Dose.objects.get()
    assert "100 mg/L × 0.5 mL ÷ 500 mL" in client.get(reverse("quality:sample", args=[spike.pk])).content.decode()
    post(client, "withdraw-dose", row.pk, why="")
    post(client, "withdraw-dose", row.pk, why="瓶子拿错")
    row.refresh_from_db()
    assert row.withdrawn_why == "瓶子拿错" and "瓶子拿错" in client.get(reverse("quality:sample", args=[spike.pk])).content.decode()
    assert post(browser(person(Role.TOWN_STATION, cast.town_b)), "dose-sample", spike.pk, **data).status_code == 404


def test_what_stands_by_item(cast: Cast, point: Point) -> None:
    fill(cast, point, 2)
    found = by_item(marks(EVERYWHERE, cast.county.path, *YEAR, control_limits()))
    assert {kind: dict(counts) for kind, counts in found["iron"].items()} == {
        "field_blank": {"good": 2}, "transport_blank": {"bad": 2}, "parallel": {"good": 2}, "spike": {"bad": 2}}
