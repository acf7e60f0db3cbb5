"""A step that is refused: the problem's page says why beside the form, and nothing of what was typed is lost."""

from __future__ import annotations

import re
from html import unescape

import pytest
from crew import act, bring, make_crew, photo, picture, sent
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from wenqu.kit.models import AuditEntry
from wenqu.ledger import lifecycle
from wenqu.ledger.loop import actions as loop
from wenqu.ledger.models import Step
from wenqu.places.models import Duty

LONG = "更换水泵，重新埋设二百米管道，" * 12


def form_of(answer, name: str) -> str:
    """The form of one step on a page, as text; empty where the page has none."""
    found = re.search(rf'<details class="step[^"]*" id="step-{name}"( open)?>.*?</details>', answer.content.decode(), re.DOTALL)
    return unescape(found.group()) if found else ""


def wrong_field(form: str, name: str) -> str:
    """What is said beside one field."""
    found = re.search(rf'<div class="field wrong"><label for="{name}">.*?</div>\s*(?:<div class="field|<button|<input type="hidden")', form, re.DOTALL)
    assert found, form
    return found.group()


@pytest.fixture
def assigned(county):
    crew = make_crew(county.cast)
    return bring(county.problem_a, lifecycle.ASSIGNED, crew, timezone.now()), crew


def test_a_bad_file_is_told_beside_its_field_and_the_words_stay(sign_in, assigned):
    problem, crew = assigned
    client, url = sign_in(crew.sun), f"/problems/{problem.pk}/rectify/"
    answer = client.post(url, sent(problem, note=LONG, evidence=[picture(), SimpleUploadedFile("二.png", b"GIF89a" + b"x" * 200, content_type="image/png")]))
    form = form_of(answer, "rectify")
    assert answer.status_code == 409 and "</textarea>" in form and LONG in form
    assert "二.png" in wrong_field(form, "rectify-evidence") and "请重新选择" in form
    assert problem.steps.filter(transition="rectify").count() == 0
    assert AuditEntry.objects.filter(verb="refused", actor_id=crew.sun.pk, detail__code="type_not_allowed").exists()
    # Sent again with the form of that very answer, and files that are good.
    hidden = dict(re.findall(r'<input type="hidden" name="(version|key)" value="([^"]+)"', form))
    assert client.post(url, {**hidden, "note": LONG, "evidence": [picture()]}).status_code == 302
    assert Step.objects.get(problem=problem, transition="rectify").note == LONG.strip()


@pytest.mark.parametrize(("given", "field", "words"), [
    ({"visited_on": "2020-01-01", "answer": "satisfied"}, "check-visited_on", "早于整改完成的日期"),
    ({"visited_on": "2099-01-01", "answer": "satisfied"}, "check-visited_on", "不能晚于今天"),
    ({"visited_on": "today", "answer": "unsatisfied"}, "check-answer", "请退回整改"),
    ({"visited_on": "today", "answer": "none"}, "check-answer_note", "必须写明原因"),
])
@pytest.mark.usefixtures("standing_clock")
def test_each_refusal_stands_beside_what_it_is_about(sign_in, assigned, given, field, words):
    problem, crew = assigned
    loop.rectify_problem(**act(problem, crew.sun, timezone.now()), measures="换了", files=[photo()])
    given = {**given, "visited_on": timezone.localdate().isoformat() if given["visited_on"] == "today" else given["visited_on"]}
    answer = sign_in(crew.he).post(f"/problems/{problem.pk}/check/", sent(problem, note=LONG, **{"answer_note": "", **given}))
    form = form_of(answer, "check")
    assert answer.status_code == 409 and words in wrong_field(form, field) and LONG in form
    # No other form is open beside the one that was refused.
    assert re.findall(r'id="step-(\w+)" open', answer.content.decode()) == ["check"]


def test_an_old_page_is_told_who_was_faster(sign_in, assigned):
    problem, crew = assigned
    client, old = sign_in(crew.cast.chen), sent(problem, note=LONG)
    loop.escalate_problem(**act(problem, crew.cast.chen, timezone.now()), note="急")
    answer = client.post(f"/problems/{problem.pk}/escalate/", old)
    # The top is reached, so the page offers this step no more; the words are there all the same.
    page = unescape(answer.content.decode())
    assert answer.status_code == 409 and form_of(answer, "escalate") == ""
    assert f"{crew.cast.chen.name}已在" in page and "办理了“上提”" in page and LONG in page


def test_what_can_be_done_no_more_leaves_the_words_on_the_page(sign_in, county):
    problem = county.problem_a
    old = sent(problem, severity="major", note=LONG)
    loop.verify_problem(**act(problem, county.cast.wang, timezone.now()), severity="small", note="看过了")
    answer = sign_in(county.cast.li).post(f"/problems/{problem.pk}/verify/", old)
    page = unescape(answer.content.decode())
    assert answer.status_code == 409 and form_of(answer, "verify") == ""
    assert "“核实”没有提交" in page and "王管已在" in page and LONG in page and "<dd>重大</dd>" in page
    assert problem.steps.count() == 1


def test_sent_again_from_the_answer_of_an_old_page_it_is_taken(sign_in, assigned):
    """The answer shows how things stand; what is sent from it goes by that."""
    problem, crew = assigned
    client, url, old = sign_in(crew.sun), f"/problems/{problem.pk}/rectify/", sent(problem, note=LONG)
    loop.escalate_problem(**act(problem, crew.cast.chen, timezone.now()), note="急")
    first = client.post(url, {**old, "evidence": [picture()]})
    form = form_of(first, "rectify")
    assert first.status_code == 409 and LONG in form and "办理了“上提”" in form
    hidden = dict(re.findall(r'<input type="hidden" name="(version|key)" value="([^"]+)"', form))
    assert client.post(url, {**hidden, "note": LONG, "evidence": [picture()]}).status_code == 302


def test_a_right_that_ended_while_somebody_typed_is_a_403_with_the_words(sign_in, county):
    problem = county.problem_a
    given = sent(problem, severity="major", note=LONG)
    client = sign_in(county.cast.li)
    Duty.objects.filter(account=county.cast.li).update(role="reader")
    answer = client.post(f"/problems/{problem.pk}/verify/", given)
    page = unescape(answer.content.decode())
    assert answer.status_code == 403 and LONG in page and "您在这里没有“核实问题”的权限" in page and "代码 wrong_role " in page


def test_a_department_that_lost_the_problem_hears_it_on_a_page_of_its_own(sign_in, county):
    problem, crew = county.problem_a, make_crew(county.cast)
    bring(problem, lifecycle.VERIFIED, crew, timezone.now())
    loop.assign_problem(**act(problem, county.cast.chen, timezone.now()), level="county", holder=None, unit="教育局", note="")
    client = sign_in(crew.fang)
    assert client.get(f"/problems/{problem.pk}/").status_code == 200
    given = sent(problem, note=LONG, evidence=[picture()])
    loop.transfer_problem(**act(problem, county.cast.chen, timezone.now()), level="county", holder=crew.sun, unit="", note="转")
    assert client.post(f"/problems/{problem.pk}/rectify/", given).status_code == 404


def test_fields_left_empty_keep_the_rest(sign_in, county):
    problem = county.problem_a
    answer = sign_in(county.cast.li).post(f"/problems/{problem.pk}/verify/", sent(problem, severity="", note=LONG))
    form = form_of(answer, "verify")
    assert answer.status_code == 400 and LONG in form and "“核实”没有提交" in form and 'id="step-verify" open' in form


def test_a_refused_step_shows_its_button_and_its_reason(sign_in, county):
    page = sign_in(county.cast.chen).get(f"/problems/{county.problem_a.pk}/").content.decode()
    assert 'id="step-verify" open' in page
    bring(county.problem_a, lifecycle.VERIFIED, make_crew(county.cast), timezone.now())
    page = unescape(sign_in(county.cast.wang).get(f"/problems/{county.problem_a.pk}/").content.decode())
    assert re.search(r'<button type="button" disabled aria-describedby="why-assign">交办</button><p id="why-assign">您在这里没有“交办问题”的权限', page)
