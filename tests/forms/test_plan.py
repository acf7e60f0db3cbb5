"""Plans as data: what the phone is given for small forms."""

from __future__ import annotations

import json
from typing import Any

import pytest

from forms.books import ask, compiled
from wenqu.forms.plan import PlanRefused, plan_of

REPEAT = [ask("begin_repeat", "r"), ask("integer", "d"), ask("end_repeat")]
XFORM = """<?xml version="1.0"?>{dtd}<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>t</h:title><model>{model}<instance><data id="t" version="1"><a/></data></instance>
 <bind nodeset="/data/a" type="{type}"/></model></h:head><h:body>{body}</h:body></h:html>"""
INPUT = '<input ref="/data/a"><label>a</label></input>'


def nodes(plan: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}

    def note(each: dict[str, Any]) -> None:
        found[each["path"]] = each
        for child in each.get("children", []):
            note(child)
    for node in plan["nodes"]:
        note(node)
    return found


def node(path: str, *questions: dict[str, str], **sheets: Any) -> dict[str, Any]:
    return nodes(compiled(*questions, **sheets).plan)[path]


def test_a_whole_plan() -> None:
    made = compiled(
        ask("text", "a", "几口人 ${b}", hint="按户口本", required="yes", required_message="请填", constraint="string-length(.) < 5", constraint_message="太长"),
        ask("hidden", "b"), ask("calculate", "c", "", calculation="${a} + 1"),
    )
    assert made.plan == {
        "plan": 1, "form": {"id": "t", "version": "1", "title": "测试", "root": "data"}, "languages": ["default"],
        "nodes": [
            {"path": "/data/a", "kind": "text", "label": 0, "hint": 1, "required": True, "required_message": 3,
             "constraint": ["<", ["string-length", ["ref", "/data/a"]], 5], "constraint_message": 2},
            {"path": "/data/b", "kind": "value"},
            {"path": "/data/c", "kind": "value", "calculate": ["+", ["ref", "/data/a"], 1]},
            {"path": "/data/meta", "kind": "group", "children": [
                {"path": "/data/meta/instanceID", "kind": "value", "readonly": True, "preload": "uid"}]},
        ],
        "order": [["calculate", "/data/c"]], "lists": {"yn": {"columns": ["area"], "items": [["y", 4, "a"], ["n", 5, "b"]]}}, "files": {}, "sets": [], "entities": [],
        "texts": [[["text", "几口人 ", ["ref", "/data/b"]]], ["按户口本"], ["太长"], ["请填"], ["是"], ["否"]],
    }
    assert (made.form_id, made.version, made.title, made.files) == ("t", "1", "测试", [])


@pytest.mark.parametrize(("kind", "plan"), [
    ("text", "text"), ("integer", "integer"), ("decimal", "decimal"), ("date", "date"), ("time", "time"), ("dateTime", "datetime"),
    ("select_one yn", "select_one"), ("select_multiple yn", "select_multiple"), ("image", "photo"), ("photo", "photo"), ("geopoint", "geopoint"),
    ("barcode", "barcode"), ("note", "note"), ("acknowledge", "acknowledge"), ("start", "value"), ("hidden", "value"),
])
def test_kinds(kind: str, plan: str) -> None:
    assert node("/data/q", ask(kind, "q"))["kind"] == plan


def test_photos_signatures_and_positions() -> None:
    assert node("/data/q", ask("image", "q", appearance="signature", parameters="max-pixels=800")) == {
        "path": "/data/q", "kind": "signature", "label": 0, "pixels": 800}
    assert node("/data/q", ask("image", "q", appearance="new"))["appearance"] == ["new"]
    found = node("/data/q", ask("geopoint", "q", parameters="capture-accuracy=20 warning-accuracy=100"))
    assert (found["accuracy"], found["accuracy_limit"]) == (20, 100)


def test_what_the_phone_knows_by_itself() -> None:
    plan = compiled(ask("start", "s"), ask("end", "e"), ask("today", "t"), ask("deviceid", "d"), ask("username", "u"), ask("text", "a")).plan
    assert [(n["preload"], n.get("type", "string")) for n in plan["nodes"][:5]] == [
        ("start", "dateTime"), ("end", "dateTime"), ("today", "date"), ("deviceid", "string"), ("username", "string")]


def test_a_read_only_text_with_a_value_is_no_note() -> None:
    assert node("/data/q", ask("text", "q", read_only="yes", default="x"))["kind"] == "text"
    assert node("/data/q", ask("text", "q", read_only="yes"))["kind"] == "note"
    assert node("/data/q", ask("integer", "q", read_only="${w} = 1"), ask("hidden", "w"))["readonly"] == ["=", ["ref", "/data/w"], 1]


def test_languages_fall_back_to_the_first() -> None:
    plan = compiled(
        {"type": "text", "name": "a", "label::中文 (zh)": "名字", "label::English (en)": "name", "hint::中文 (zh)": "提示", "guidance_hint::中文 (zh)": "说明"},
        settings=[["form_id", "form_title", "version", "default_language"], ["t", "x", "1", "中文 (zh)"]],
    ).plan
    assert plan["languages"] == ["中文 (zh)", "English (en)"]
    assert {name: plan["texts"][plan["nodes"][0][name]] for name in ("label", "hint", "guidance")} == {
        "label": ["名字", "name"], "hint": ["提示"], "guidance": ["说明"]}


def test_choices_and_what_filters_them() -> None:
    plan = compiled(ask("text", "a"), ask("select_one yn", "q", choice_filter="area = ${a} and name != 'n'")).plan
    assert nodes(plan)["/data/q"]["where"] == [["and", ["=", ["col", "area"], ["ref", "/data/a"]], ["!=", ["col", "name"], "n"]]]
    assert plan["lists"]["yn"]["columns"] == ["area"]
    assert [[value, plan["texts"][text], area] for value, text, area in plan["lists"]["yn"]["items"]] == [["y", ["是"], "a"], ["n", ["否"], "b"]]


def test_files_name_the_columns_that_are_read() -> None:
    made = compiled(
        ask("select_one_from_file homes.csv", "q", choice_filter="village = ${a}", parameters="value=id label=who"), ask("text", "a"),
        ask("calculate", "p", calculation="pulldata('people', 'head', 'id', ${q})"), ask("csv-external", "towns"),
        ask("calculate", "t", calculation="instance('towns')/root/item[code = ${a}]/title"),
    )
    assert made.files == ["homes.csv", "people.csv", "towns.csv"]
    assert made.plan["files"] == {
        "homes": {"file": "homes.csv", "columns": ["id", "village", "who"]}, "people": {"file": "people.csv", "columns": ["head", "id"]},
        "towns": {"file": "towns.csv", "columns": ["code", "title"]}}
    found = nodes(made.plan)
    assert (found["/data/q"]["list"], found["/data/q"]["columns"]) == ("homes", ["id", "who"])
    assert found["/data/p"]["calculate"] == ["pulldata", "people", "head", "id", ["ref", "/data/q"]]
    assert found["/data/t"]["calculate"] == ["rows", "towns", [["=", ["col", "code"], ["ref", "/data/a"]]], "title"]


def test_references_say_to_which_entries_they_are_bound() -> None:
    def calculated(*inside: dict[str, str], outside: str = "1") -> list[Any]:
        found = nodes(compiled(
            ask("integer", "k"), ask("begin_repeat", "r"), ask("integer", "d"), ask("begin_repeat", "s"), ask("integer", "e"), *inside,
            ask("end_repeat"), ask("calculate", "in_r", calculation="sum(${e})"), ask("end_repeat"), ask("calculate", "out", calculation=outside),
        ).plan)
        return [found["/data/r/s/c"]["calculate"] if inside else None, found["/data/r/in_r"]["calculate"], found["/data/out"]["calculate"]]

    deep = ask("calculate", "c", calculation="${d} + ${k} + ${e} + position(..) + position(../..)")
    assert calculated(deep)[0] == ["+", ["+", ["+", ["+", ["ref", "/data/r/d"], ["ref", "/data/k"]], ["ref", "/data/r/s/e"]], ["position", "/data/r/s"]],
                                   ["position", "/data/r"]]
    assert calculated()[1] == ["sum", ["refs", "/data/r/s/e", 1]]
    for text, tree in {
        "sum(${e})": ["sum", ["refs", "/data/r/s/e", 0]],
        "count(${r})": ["count", ["refs", "/data/r", 0]],
        "max(${d}, 3)": None,
        "join(',', ${d})": ["join", ",", ["refs", "/data/r/d", 0]],
        "sum(/data/r[./d > /data/k]/d)": ["sum", ["refs", "/data/r/d", 0, [["/data/r", [">", ["ref", "/data/r/d"], ["ref", "/data/k"]]]]]],
        "/data/r[position() = 2]/d": ["one", ["refs", "/data/r/d", 0, [["/data/r", ["=", ["position"], 2]]]]],
        "sum(/data/r[./d = current()/../k]/d)": ["sum", ["refs", "/data/r/d", 0, [["/data/r", ["=", ["ref", "/data/r/d"], ["outer", ["ref", "/data/k"]]]]]]],
        "indexed-repeat(${d}, ${r}, 2)": ["indexed", "/data/r/d", ["/data/r", 2]],
        "indexed-repeat(${e}, ${r}, 2, ${s}, 1)": ["indexed", "/data/r/s/e", ["/data/r", 2], ["/data/r/s", 1]],
    }.items():
        if tree is not None:
            assert calculated(outside=text)[2] == tree


def test_names_of_choices_and_patterns() -> None:
    found = nodes(compiled(
        ask("select_one yn", "q"), ask("calculate", "c", calculation="jr:choice-name(${q}, '${q}')"),
        ask("text", "p", constraint=r"regex(., '^\s?1\d{10}$')")).plan)
    assert found["/data/c"]["calculate"] == ["choice-name", ["ref", "/data/q"], "/data/q"]
    assert found["/data/p"]["constraint"] == ["regex", ["ref", "/data/p"], r"^[ \t\n\v\f\r]?1\d{10}$"]


def test_what_is_worked_out_comes_after_what_it_rests_on() -> None:
    plan = compiled(
        ask("calculate", "z", calculation="${y} + 1"), ask("calculate", "y", calculation="${x} * 2"), ask("integer", "x", relevant="${w} = 'y'"),
        ask("select_one yn", "w"), *[{**each, **({"repeat_count": "${z}"} if each["name"] == "r" else {})} for each in REPEAT],
        ask("calculate", "total", calculation="sum(${d})"),
    ).plan
    order = [tuple(step) for step in plan["order"]]
    assert sorted(order) == sorted([("calculate", "/data/z"), ("calculate", "/data/y"), ("relevant", "/data/x"), ("count", "/data/r"),
                                    ("calculate", "/data/total")])
    wanted = [("relevant", "/data/x"), ("calculate", "/data/y"), ("calculate", "/data/z"), ("count", "/data/r"), ("calculate", "/data/total")]
    assert [step for step in order if step in wanted] == wanted


def test_a_group_that_hides_what_it_rests_on_is_a_circle() -> None:
    with pytest.raises(Exception, match="cycle"):
        compiled(ask("begin_group", "g", relevant="${a} = 1"), ask("integer", "a"), ask("end_group"))


def test_what_rests_on_other_entries_is_read_from_outside_of_its_repeat_only() -> None:
    compiled(
        ask("integer", "k"), ask("begin_repeat", "r"), ask("integer", "d"), ask("calculate", "own", calculation="${d} * ${k}"),
        ask("text", "c", constraint="${total} < 9", relevant="${own} > 1"), ask("begin_repeat", "s"), ask("integer", "e", relevant="${d} > ${own}"), ask("end_repeat"),
        ask("calculate", "inner", calculation="sum(${e})"), ask("calculate", "twice", calculation="${inner} * 2"),
        ask("calculate", "set", calculation="${d}", trigger="${d}"), ask("end_repeat"), ask("calculate", "total", calculation="sum(${d})"),
        ask("begin_repeat", "q"), ask("text", "v", relevant="${total} > 3"), ask("end_repeat"),
    )


def test_what_is_set_once_and_on_change() -> None:
    plan = compiled(ask("date", "a", default="today()"), ask("integer", "n", default="3"), *[
        {**each, **({"default": "${n}"} if each["name"] == "d" else {})} for each in REPEAT], ask("calculate", "t", calculation="${n} + 1", trigger="${a}")).plan
    assert plan["sets"] == [["first", "/data/a", ["today"]], ["first", "/data/r/d", ["ref", "/data/n"]],
                            ["changed", "/data/t", ["+", ["ref", "/data/n"], 1], "/data/a"], ["new", "/data/r/d", ["ref", "/data/n"]]]
    assert nodes(plan)["/data/n"]["default"] == "3"


def test_entities() -> None:
    plan = compiled(
        ask("select_one_from_file houses.csv", "h"), ask("text", "a", save_to="tap"),
        entities=[["list_name", "entity_id", "update_if", "label"], ["houses", "${h}", "${a} != ''", "${a}"]],
    ).plan
    [entity] = plan["entities"]
    assert (entity["path"], entity["saves"]) == ("/data/meta/entity", {"tap": "/data/a"})
    assert {name: entity["attributes"][name] for name in ("dataset", "id", "update")} == {
        "dataset": "houses", "id": ["ref", "/data/h"], "update": ["!=", ["ref", "/data/a"], ""]}
    created = compiled(ask("text", "a", save_to="tap"), entities=[["list_name", "label"], ["houses", "${a}"]]).plan
    assert created["entities"][0]["attributes"]["create"] == "1"
    assert ["first", "/data/meta/entity/@id", ["uuid"]] in created["sets"]


def test_the_same_form_gives_the_same_plan() -> None:
    questions = [ask("select_one yn", "q"), *REPEAT, ask("calculate", "c", calculation="sum(${d})")]
    assert json.dumps(compiled(*questions).plan) == json.dumps(compiled(*questions).plan)


@pytest.mark.parametrize(("parts", "code"), [
    ({"dtd": '<!DOCTYPE x [<!ENTITY a "b">]>', "body": INPUT}, "xml_broken"),
    ({"body": INPUT + "<"}, "xml_broken"),
    ({"body": INPUT, "type": "geotrace"}, "plan_unsupported"),
    ({"body": '<input ref="/data/a" rows="3"><label>a</label></input>'}, "plan_unsupported"),
    ({"body": '<upload ref="/data/a" mediatype="audio/*"><label>a</label></upload>', "type": "binary"}, "plan_unsupported"),
    ({"body": INPUT, "model": "<submission/>"}, "plan_unsupported"),
    ({"body": INPUT, "model": '<instance id="x" src="jr://instance/last-saved"/>'}, "xml_broken"),
    ({"body": '<input ref="/data/b"><label>b</label></input>'}, "unknown_reference"),
    ({"body": "<h:p/>"}, "plan_unsupported"),
])
def test_an_xform_from_elsewhere_is_refused_for_what_it_has(parts: dict[str, str], code: str) -> None:
    assert plan_of(XFORM.format(dtd="", model="", type="string", body=INPUT))["form"]["id"] == "t"
    with pytest.raises(PlanRefused) as refused:
        plan_of(XFORM.format(**{"dtd": "", "model": "", "type": "string", **parts}))
    assert code in {each.code for each in refused.value.problems}
