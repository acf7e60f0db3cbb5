"""What is read: masked as on the pages, paged without gaps or doubles, at a fixed number of queries."""

from __future__ import annotations

import pytest
from stages import household
from tokens import api_client, bearing, duty_of, token_for

from wenqu.households.models import Household
from wenqu.kit.models import AuditEntry
from wenqu.places.models import Duty

V1 = "/api/v1"


def _as(county, role, division=None):
    """A client of town A's station, given another role."""
    Duty.objects.filter(account=county.cast.li).update(role=role, division=division or county.cast.town_a)
    return bearing(token_for(duty_of(county.cast.li)))


@pytest.mark.parametrize(
    ("role", "name", "phone"),
    [("town_station", "张山", "13800001234"), ("county_admin", "张山", "138****1234"), ("reader", "张**", "138****1234")],
)
def test_names_and_numbers_go_by_the_rights(county, role, name, phone):
    client = _as(county, role)
    told = client.get(f"{V1}/households/{county.house_a.pk}").json()
    assert (told["head_name"], told["phone"]) == (name, phone)
    listed = client.get(f"{V1}/households").json()["items"]
    assert {each["number"]: each["phone"] for each in listed}["AH1"] == phone
    member = client.get(f"{V1}/households/{county.house_a.pk}/members").json()["items"][0]
    assert (member["name"], member["id_number"]) == (name, "110***********002X")
    problem = client.get(f"{V1}/problems").json()["items"][0]
    assert problem["subject"]["name"] == f"{name}（AH1）"


def test_no_answer_holds_an_id_number_and_none_a_phone_that_is_masked(county):
    client = _as(county, "county_admin", county.cast.county)
    house, plant, problem = county.house_a.pk, county.plant_a.pk, county.problem_b.pk
    for address in (
        "divisions", "households", f"households/{house}", f"households/{house}/members", f"households/{house}/facts",
        f"households/{house}/facts/history", f"households/{house}/verdict", "schemes", f"schemes/{plant}", f"schemes/{plant}/households",
        f"schemes/{plant}/facts", f"schemes/{plant}/grades", "problems", f"problems/{problem}", f"problems/{problem}/households", "runs",
        f"runs/{county.run.pk}", "jobs", "imports",
    ):
        answer = client.get(f"{V1}/{address}")
        assert answer.status_code == 200, address
        text = answer.content.decode()
        assert "11010519491231002X" not in text and "13800001234" not in text, address
    for entry in AuditEntry.objects.all():
        assert "13800001234" not in str(entry.detail) and "张山" not in str(entry.detail)


def test_a_household_tells_its_grades_and_why(county):
    client = api_client(county.cast.li)
    told = client.get(f"{V1}/households/{county.house_a.pk}").json()
    assert told["grades"] == {
        "overall": "unsafe", "quantity": "failed", "quality": "met", "convenience": "met", "reliability": "met", "run": county.run.pk}
    verdict = client.get(f"{V1}/households/{county.house_a.pk}/verdict").json()
    assert (verdict["judged"], verdict["overall"], verdict["run"]["digest"]) == (True, "unsafe", county.run.digest)
    quantity = verdict["indicators"][0]
    assert (quantity["indicator"], quantity["grade"]) == ("quantity", "failed")
    assert quantity["limit"]["document"] and quantity["limit"]["clause"] == quantity["clause"]
    assert quantity["used"][0]["value"] == "5" and quantity["used"][0]["subject"] == {"kind": "household", "id": county.house_a.pk}
    english = client.get(f"{V1}/households/{county.house_a.pk}/verdict", headers={"Accept-Language": "en"}).json()
    assert english["indicators"][0]["sentence"] != quantity["sentence"]


def test_facts_are_the_nearest_and_history_is_all(county):
    client = api_client(county.cast.li)
    facts = {each["key"]: each for each in client.get(f"{V1}/households/{county.house_a.pk}/facts").json()["items"]}
    assert (facts["litres_per_person_day"]["value"], facts["litres_per_person_day"]["observed_on"]) == ("5", "2026-02-10")
    assert facts["lab_result"]["subject"] == {"kind": "scheme", "id": county.plant_a.pk}
    history = client.get(f"{V1}/households/{county.house_a.pk}/facts/history").json()["items"]
    assert [each["value"] for each in history if each["key"] == "litres_per_person_day"] == ["5", "80"]


def test_a_scheme_counts_its_households_and_tells_its_gaps(county):
    client = api_client(county.cast.chen)
    told = client.get(f"{V1}/schemes/{county.plant_a.pk}").json()
    assert (told["households"], told["people"], told["gaps"]) == (2, 6, ["government", "department"])
    assert [each["name"] for each in told["responsibilities"]] == ["", "", "马站长"]
    grades = client.get(f"{V1}/schemes/{county.plant_b.pk}/grades").json()
    assert (grades["households"], grades["judged"], grades["overall"]["unsafe"], grades["quality"]["failed"]) == (2, 2, 2, 2)
    gaps = client.get(f"{V1}/schemes", {"gaps": "true"}).json()["items"]
    assert [each["number"] for each in gaps] == ["GA1", "GB1"]


def test_a_run_counts_the_own_part_only(county):
    mine = api_client(county.cast.li).get(f"{V1}/runs/{county.run.pk}").json()
    assert mine["households"] == 2
    assert [(each["division"]["name"], each["households"]) for each in mine["counts"]] == [("甲镇", 2)]
    whole = api_client(county.cast.chen).get(f"{V1}/runs/{county.run.pk}").json()
    assert whole["households"] == 5 and whole["counts"][0]["overall"] == {"safe": 1, "basic": 0, "unsafe": 3, "unknown": 1}


def test_divisions_tell_the_tree_and_hide_what_lies_above(county):
    rows = api_client(county.cast.li).get(f"{V1}/divisions").json()["items"]
    assert [(each["name"], each["parent"]) for each in rows] == [
        ("甲镇", None), ("甲一村", county.cast.town_a.pk), ("甲二村", county.cast.town_a.pk)]
    assert rows[0]["codes"] == [{"system": "nbs", "edition": "2023", "code": "610199101000"}]
    one = api_client(county.cast.chen).get(f"{V1}/divisions/{county.cast.county.pk}").json()
    assert one["parent"] is None and [each["name"] for each in one["children"]] == ["甲镇", "乙镇"]


@pytest.mark.parametrize("address", ["divisions", "households", "schemes", "problems", "problems/{problem}/households", "schemes/{plant}/households"])
def test_pages_meet_without_gaps_or_doubles(county, address):
    address = address.format(problem=county.problem_b.pk, plant=county.plant_b.pk)
    client = api_client(county.cast.chen)
    whole = client.get(f"{V1}/{address}", {"limit": 200}).json()
    assert whole["next"] is None
    found, after = [], None
    for _ in range(20):
        page = client.get(f"{V1}/{address}", {"limit": 1, **({"after": after} if after else {})}).json()
        found += page["items"]
        after = page["next"]
        if after is None:
            break
    assert found == whole["items"] and len(found) > 1


def test_filters_are_those_of_the_page(county):
    client = api_client(county.cast.chen)

    def numbers(**query):
        return [each["number"] for each in client.get(f"{V1}/households", query).json()["items"]]

    assert numbers(overall="unsafe") == ["AH1", "BH1", "BH2"]
    assert numbers(indicator="quality:failed") == ["BH1", "BH2"]
    assert numbers(indicator="quantity:failed", division=county.cast.town_b.pk) == []
    assert numbers(kind="脱贫户") == ["AH2"]
    assert [each["kind"] for each in client.get(f"{V1}/problems", {"subject": "scheme"}).json()["items"]] == ["bad_water"]
    assert client.get(f"{V1}/problems", {"state": "closed"}).json()["items"] == []
    assert [each["kind"] for each in client.get(f"{V1}/problems", {"state": "found", "subject": "scheme"}).json()["items"]] == ["bad_water"]
    assert client.get(f"{V1}/problems", {"state": "assigned"}).json()["items"] == []


def test_a_household_that_was_never_judged_says_so(county):
    row = household(county.cast.village_a1, "NEW1", "新户")
    client = api_client(county.cast.li)
    assert client.get(f"{V1}/households/{row.pk}").json()["grades"] is None
    assert client.get(f"{V1}/households/{row.pk}/verdict").json() == {
        "household": row.pk, "judged": False, "overall": None, "run": None, "judged_at": None, "indicators": []}


# Token with account, duty and division; what the operation reads; the note of the look.
COUNTS = {
    "divisions": 4, "households": 6, "schemes": 6, "problems": 4, "runs": 2, "jobs": 2, "imports": 2,
}


@pytest.mark.parametrize("address", COUNTS)
def test_a_list_costs_the_same_whatever_its_length(county, address, django_assert_num_queries):
    client = api_client(county.cast.chen)
    client.get(f"{V1}/{address}")
    for number in range(30):
        row = household(county.cast.village_a2, f"N{number}")
        Household.objects.filter(pk=row.pk).update(head_name=f"户{number}")
    with django_assert_num_queries(COUNTS[address]):
        assert client.get(f"{V1}/{address}", {"limit": 200}).status_code == 200


def test_the_specification_tells_every_operation_field_and_refusal(client):
    spec = client.get("/api/openapi.json").json()
    assert spec["openapi"] == "3.1.0"
    for path, methods in spec["paths"].items():
        for method, told in methods.items():
            assert told["summary"] and told["description"] and told["security"] == [{"Token": []}], path
            assert {"401", "403", "422", "429"} <= set(told["responses"]), path
            assert ("404" in told["responses"]) == ("{" in path or any(each["name"] == "division" for each in told["parameters"]) or method == "post"), path
            assert all(each["description"] for each in told["parameters"]), path
    for name, schema in spec["components"]["schemas"].items():
        assert schema["description"], name


def test_the_page_of_the_api_is_for_whoever_is_signed_in(sign_in, client, county):
    assert client.get("/api/").status_code == 302
    page = sign_in(county.cast.nobody).get("/api/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "/api/v1/households/{household}/verdict" in text and "token_read_only" in text
    assert "<script>" not in text and "style=" not in text
