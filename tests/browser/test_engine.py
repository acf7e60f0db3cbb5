"""The engine of the phone page and JavaRosa, the engine of ODK Collect, fill the same forms by the same scripts: all that they say must be equal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from forms.books import ask, compiled
from forms.expressions import expressions
from forms.filling import Case, alike, ask_oracle, differences, fill, shipped_cases
from forms.generated import FILES, made_form
from forms.handmade import handmade
from forms.javarosa import ask_javarosa, need_java, table, xform

import wenqu.web
from wenqu.forms.plan import PlanRefused, plan_of
from wenqu.forms.xpath import XPathError

pytestmark = pytest.mark.browser
ENGINE = Path(wenqu.web.__file__).parent / "static" / "phone" / "engine"
OBEY = Path(__file__).parent / "engine" / "obey.js"
# Not https, as on a phone that reaches the office by its number: the engine must do without what browsers keep for https.
BASE = "http://engine.test"
RUN = "async ([forms, lines]) => (await import('/obey.js')).obey(forms, lines)"


@pytest.fixture
def engine(chromium):
    """A page in China's time into which the engine's modules can be loaded."""
    context = chromium.new_context(timezone_id="Asia/Shanghai", locale="zh-CN")
    page = context.new_page()

    def serve(route):
        path = urlsplit(route.request.url).path
        file = OBEY if path == "/obey.js" else ENGINE / Path(path).name
        if path == "/":
            route.fulfill(body="<!doctype html><title>engine</title>", content_type="text/html")
        else:
            route.fulfill(body=file.read_text(encoding="utf-8"), content_type="text/javascript")

    page.route(f"{BASE}/**", serve)
    page.goto(f"{BASE}/")
    yield page
    context.close()


def our_answers(engine, cases: Sequence[Case]) -> list[str]:
    forms = {case.name: {"plan": case.form.plan, "files": case.files, "given": case.given} for case in cases}
    lines = [line for case in cases for line in case.lines]
    # As it comes to a phone: JSON, not objects of this process.
    return [alike(answer) for answer in engine.evaluate(RUN, json.loads(json.dumps([forms, lines])))]


def assert_alike(engine, cases: Sequence[Case], folder: Path) -> list[str]:
    need_java()
    theirs = ask_oracle(cases, folder)
    found = differences(cases, theirs, our_answers(engine, cases))
    assert not found, "\n\n".join(found[:3])
    return theirs


def our_values(engine, asked: Sequence[str]) -> list[str]:
    forms = {str(number): {"plan": plan_of(xform(each)), "files": {}} for number, each in enumerate(asked)}
    lines = [line for number in forms for line in (f"form\t{number}", "value\t/data/out")]
    return engine.evaluate(RUN, [forms, lines])[1::2]


def test_the_table_of_what_javarosa_answers(engine) -> None:
    asked, wanted = zip(*table(), strict=True)
    assert dict(zip(asked, our_values(engine, asked), strict=True)) == dict(zip(asked, wanted, strict=True))


def test_random_expressions(engine, tmp_path: Path) -> None:
    need_java()
    asked = [each for each in expressions(seed=1, count=600) if _taken(each)]
    assert len(asked) > 590
    assert dict(zip(asked, our_values(engine, asked), strict=True)) == dict(zip(asked, ask_javarosa(asked, tmp_path), strict=True))


def _taken(expression: str) -> bool:
    try:
        plan_of(xform(expression))
    except (PlanRefused, XPathError):
        return False
    return True


def test_the_forms_that_ship_ready(engine, tmp_path: Path) -> None:
    answers = assert_alike(engine, shipped_cases(range(10), steps=120), tmp_path)
    for said in ("ok", "absent", "refused", "required", "constraint"):
        assert answers.count(said) > 10


def test_forms_made_by_hand(engine, tmp_path: Path) -> None:
    cases = [fill(Case(f"{name}-{seed}", form, {}), seed, steps=45) for name, form in handmade().items() for seed in range(8)]
    assert "!" not in assert_alike(engine, cases, tmp_path)


def test_forms_made_at_random(engine, tmp_path: Path) -> None:
    cases = [fill(Case(f"form-{seed}", made_form(seed), FILES), seed, steps=35) for seed in range(120)]
    answers = assert_alike(engine, cases, tmp_path)
    assert answers.count("ok") > len(answers) / 4
    assert "!" not in answers
    trees = json.dumps([case.form.plan for case in cases])
    for kind in ("repeat", "refs", "indexed", "position", "choice-name", "pulldata", "rows", "once", "count", "where", "changed", "new", "entities"):
        assert f'"{kind}"' in trees


def page(engine, script: str, plan: dict[str, Any], **more: Any) -> Any:
    """What a script says with `form` and `Form` at hand, and `node(path)`."""
    return engine.evaluate("""async ([plan, more, script]) => {
        const { Form } = await import('/engine/form.js');
        const form = new Form(plan, more);
        const node = (path) => form.questions().find((each) => form.name(each) === path);
        return await eval(`(async () => { ${script} })()`);
    }""", [json.loads(json.dumps(plan)), more, script])


def test_what_keeps_a_record_from_being_sent(engine) -> None:
    plan = compiled(ask("integer", "a", required="yes"), ask("integer", "b", constraint=". < ${a}"), ask("text", "c", relevant="${a} = 1", required="yes")).plan
    told = "form.problems().map((each) => [form.name(each.node), each.why])"
    assert page(engine, f"return {told}", plan) == [["/data/a", "required"]]
    script = f"form.save(node('/data/a'), '1'); form.save(node('/data/b'), '5'); return {told}"
    assert page(engine, script, plan) == [["/data/b", "constraint"], ["/data/c", "required"]]


def test_what_is_given_is_there_from_the_start(engine) -> None:
    plan = compiled(ask("hidden", "home"), ask("text", "a", "户 ${home}", default="concat(${home}, '!')"), ask("text", "b", relevant="${home} = ''")).plan
    script = "return [form.questions().map((each) => form.name(each)), form.say(node('/data/a').place.label, node('/data/a')), form.xml()]"
    names, label, xml = page(engine, script, plan, given={"/data/home": "12"})
    assert (names, label) == (["/data/a"], "户 12")
    assert "<home>12</home><a>12!</a>" in xml


def test_a_draft_goes_on_where_it_was(engine) -> None:
    plan = compiled(
        ask("start", "start"), ask("begin_repeat", "r"), ask("date", "d"), ask("decimal", "n"), ask("end_repeat"), ask("select_multiple yn", "m"),
        ask("calculate", "sum", calculation="sum(${n})"),
        entities=[["list_name", "label"], ["things", "'x'"]],
    ).plan
    script = """
        form.add(form.root, form.places.get('/data/r'));
        form.answer(node('/data/r[2]/d'), '2026-11-23'); form.answer(node('/data/r[2]/n'), '5'); form.answer(node('/data/m'), 'n y');
        const again = new Form(plan, { state: JSON.parse(JSON.stringify(form.state())) });
        return [form.xml(), again.xml()];
    """
    before, after = page(engine, script, plan)
    assert before == after
    assert "<r><d>2026-11-23</d><n>5.0</n></r>" in before
    assert "<sum>5</sum>" in before


def test_a_slip_in_a_number_of_entries_does_not_stop_the_phone(engine) -> None:
    plan = compiled(ask("integer", "k"), ask("begin_repeat", "r", repeat_count="${k}"), ask("text", "a"), ask("end_repeat")).plan
    script = "form.save(node('/data/k'), '100000000'); return form.questions().length"
    assert page(engine, script, plan) == 1001


def test_whatever_is_typed_stays_xml(engine) -> None:
    typed = "<b>&amp; \"'\u0007\ufffe 户𠀀\ud800 ]]>\r\nend"
    plan = compiled(ask("text", "a")).plan
    xml = page(engine, f"form.answer(node('/data/a'), {json.dumps(typed)}); return form.xml()", plan)
    assert ElementTree.fromstring(xml.partition("?>")[2]).findtext("a") == "<b>&amp; \"' 户𠀀 ]]>\r\nend"


def test_languages_and_cells_in_quotes(engine) -> None:
    plan = compiled(
        {"type": "text", "name": "a", "label::中文 (zh)": "名字", "label::English (en)": "name"},
        {"type": "select_one_from_file homes.csv", "name": "h", "label::中文 (zh)": "户"},
        settings=[["form_id", "form_title", "version", "default_language"], ["t", "x", "1", "中文 (zh)"]],
    ).plan
    script = "return [form.say(node('/data/a').place.label, node('/data/a')), form.say(node('/data/h').place.label), form.choices(node('/data/h'))]"
    csv = '\ufeffname,more,label\r\n1,"x\ny","王, ""大"" 明"\r\n2,,李\r\n'
    assert page(engine, script, plan, language=1, files={"homes.csv": csv}) == [
        "name", "户", [{"value": "1", "text": '王, "大" 明'}, {"value": "2", "text": "李"}]]


def test_numbers_of_records_are_random_uuids(engine) -> None:
    script = "const { uuid } = await import('/engine/form.js'); return [isSecureContext, Array.from({ length: 50 }, uuid)]"
    secure, made = page(engine, script, compiled(ask("text", "a")).plan)
    assert not secure
    assert len(set(made)) == 50
    assert all(alike(each) == "UUID" for each in made)
