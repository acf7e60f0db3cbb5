"""A problem's way over a phone: reported at a household, handed to the water manager, rectified on site, all by the shipped forms."""

from __future__ import annotations

import pytest
from cast import AT
from crew import act
from django.utils import timezone
from thumbs import Filling

from wenqu.ledger.loop import actions as loop
from wenqu.ledger.models import Problem
from wenqu.survey.designing.actions import publish_shipped, withdraw_form
from wenqu.survey.effects import keeping
from wenqu.survey.models import Submission

pytestmark = pytest.mark.browser


def sync(phone) -> None:
    asked = "import(document.documentElement.dataset.base + 'store.js').then((store) => store.setting('synced_at'))"
    before = phone.page.evaluate(asked)
    phone.open("home")
    phone.page.get_by_role("button", name="同步").click()
    phone.until(lambda: phone.page.evaluate(asked) != before)


def test_reported_assigned_and_rectified_from_the_phone(phone, village):
    cast, page = village.cast, phone.page
    withdraw_form(form=village.report.form, by=cast.chen, at=AT)
    for name in ("problem-report", "problem-rectify", "problem-check"):
        publish_shipped(county=cast.county, shipped=name, by=cast.chen, at=AT)
    phone.ready(village.code())
    filling = Filling(phone)
    phone.open(f"household/{cast.village_a1.path}/{village.homes[2].pk}")
    page.get_by_role("link", name="报告问题").click()
    filling.question("kind").locator(".f-choice").first.click()
    filling.question("words").locator("textarea, input").first.fill("水管冻裂，三天没有水")
    filling.question("way").locator(".f-choice").first.click()
    phone.picture("report", whole=True)
    while page.locator(".f-next").inner_text() != "完成":
        page.locator(".f-next").click()
    filling.finish()
    phone.until(lambda: phone.kept("outbox") == [])
    assert Submission.objects.get().state == "accepted", Submission.objects.get().reasons
    keeping.tick(at=timezone.now())
    problem = Problem.objects.get()
    assert (problem.subject_id, problem.explanation) == (village.homes[2].pk, "水管冻裂，三天没有水")

    now = timezone.now()
    loop.verify_problem(**act(problem, cast.chen, now), severity="ordinary", note="属实")
    loop.assign_problem(**act(problem, cast.chen, now), level="village", holder=cast.wang, unit="", note="")
    sync(phone)
    page.get_by_role("link", name="问题").locator("b").get_by_text("1").wait_for()
    page.get_by_role("link", name="问题").click()
    page.locator("a.row").click()
    phone.picture("problem-mine", whole=True)
    phone.lose_network()
    page.get_by_role("link", name="填报整改").click()
    filling.question("measures").locator("textarea, input").first.fill("换了五米管子，包了保温棉")
    filling.picture("photo_after", (10, 120, 60))
    while page.locator(".f-next").inner_text() != "完成":
        page.locator(".f-next").click()
    filling.finish()
    # Once is enough: what was filled waits, and is not offered again.
    page.get_by_text("等待发送").wait_for()
    assert page.get_by_role("link", name="填报整改").count() == 0
    phone.find_network()
    phone.until(lambda: phone.kept("outbox") == [])
    page.get_by_text("您的办理已经发出").wait_for()
    assert page.get_by_role("link", name="填报整改").count() == 0
    assert Submission.objects.order_by("pk").last().subject == f"problem:{problem.pk}"
    keeping.tick(at=timezone.now())
    problem.refresh_from_db()
    assert problem.state == "rectified"
    sync(phone)
    page.get_by_role("link", name="问题").click()
    page.locator("a.row").click()
    page.get_by_text("现在不需要您办理").wait_for()
    assert phone.complaints == []
