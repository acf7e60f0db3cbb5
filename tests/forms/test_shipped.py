"""The forms that ship ready, and the published list of what a form may use."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from pyxform.validators.odk_validate import check_xform

import wenqu.forms
from forms.javarosa import need_java
from forms.test_plan import nodes
from wenqu.forms.compiling import Compiled, compile_form
from wenqu.forms.supported import FUNCTIONS, KINDS, markdown
from wenqu.rulebook.facts import FACTS_BY_NAME

SHIPPED = Path(wenqu.forms.__file__).parent / "shipped"
NAMES = {
    "household-check": "household_check", "scheme-check": "scheme_check", "problem-report": "problem_report", "problem-rectify": "problem_rectify",
    "problem-check": "problem_check", "household-new": "household_new", "contact-visit": "contact_visit",
    "water-sample": "water_sample",
}
GIVEN = {"household-check": {"household", "number", "village", "head", "scheme", "scheme_class"},
         "scheme-check": {"scheme", "number", "name", "village", "scheme_class", "operator"},
         "problem-report": {"household", "scheme", "number", "village", "head", "name"},
         "problem-rectify": {"problem", "problem_number", "problem_version", "problem_kind", "problem_words"},
         "problem-check": {"problem", "problem_number", "problem_version", "problem_kind", "problem_words"},
         "household-new": {"village"}, "contact-visit": {"household", "number", "village", "head"}, "water-sample": set()}
# What is asked only where nothing was given.
ASKED = {"household-check": ("pick", "household"), "scheme-check": ("pick", "scheme"), "contact-visit": ("pick", "household"), "problem-rectify": ("problem_typed", "problem"),
         "problem-check": ("problem_typed", "problem"), "household-new": ("village_name", "village")}


@pytest.fixture(scope="module", params=NAMES)
def shipped(request: pytest.FixtureRequest) -> tuple[str, Compiled]:
    return request.param, compile_form(SHIPPED / f"{request.param}.xlsx")


def test_it_compiles_small(shipped: tuple[str, Compiled]) -> None:
    name, form = shipped
    assert form.form_id == NAMES[name]
    assert re.fullmatch(r"\d{10}", form.version)
    assert len(gzip.compress(json.dumps(form.plan, ensure_ascii=False).encode())) < 6_000


def test_what_the_register_knows_is_given_and_not_asked(shipped: tuple[str, Compiled]) -> None:
    name, form = shipped
    found = {path.rpartition("/")[2]: node for path, node in nodes(form.plan).items()}
    assert all(found[each] == {"path": f"/data/{each}", "kind": "value"} for each in GIVEN[name])
    if name in ASKED:
        question, subject = ASKED[name]
        assert found[question]["relevant"] == ["=", ["ref", f"/data/{subject}"], ""]


def test_every_limit_says_in_chinese_what_is_wrong(shipped: tuple[str, Compiled]) -> None:
    texts = shipped[1].plan["texts"]
    for node in nodes(shipped[1].plan).values():
        for rule, message in (("constraint", "constraint_message"), ("required", "required_message")):
            if node.get(rule) is not None:
                assert re.search(r"[\u4e00-\u9fff].*。$", texts[node[message]][0]), node["path"]


def test_collects_own_engine_takes_it(shipped: tuple[str, Compiled], tmp_path: Path) -> None:
    need_java()
    path = tmp_path / "form.xml"
    path.write_text(shipped[1].xform, encoding="utf-8")
    assert check_xform(str(path)) == []


def test_the_household_check_asks_for_the_four_indicators() -> None:
    found = nodes(compile_form(SHIPPED / "household-check.xlsx").plan)
    names = {path.rpartition("/")[2] for path in found}
    assert names >= {"piped", "litres_per_person_day", "round_trip_min", "horizontal_m", "vertical_m", "short_days", "longest_short_spell_days",
                     "sensory_ok"} & set(FACTS_BY_NAME)
    assert found["/data/convenience"]["relevant"] == ["and", ["!=", ["ref", "/data/supply/mode"], ""], ["=", ["ref", "/data/piped"], "no"]]
    assert found["/data/quality/senses"]["relevant"] == [
        "or", ["=", ["ref", "/data/decentralised"], "yes"], ["=", ["ref", "/data/quality/odd"], "yes"]]


def test_the_published_list_names_everything() -> None:
    text = markdown()
    for name in [*FUNCTIONS, *KINDS, "choice_filter", "signature", "max-pixels", "备注"]:
        assert f"`{name}`" in text or name in text, name
    assert "`indexed-repeat` | 3、5、7 |" in text
    assert "`random`" not in text
