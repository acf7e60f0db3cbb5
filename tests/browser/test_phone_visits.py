"""The contact person's month on the phone: who is still to be visited, without a network, and nobody else's list."""

from __future__ import annotations

from datetime import date

import pytest
from cast import AT
from django.utils import timezone
from forms.books import ask
from survey.effects_helper import run
from watch.helped import person
from watered import PICK

from wenqu.places.rights import Role
from wenqu.survey.models import Submission
from wenqu.survey.rounds.actions import assign_villages
from wenqu.watch.models import Visit, Watched

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(village):
    """The village desk: sent round with the check, and contact person of two households."""
    village.form(
        "contact_visit", "联系人走访", ask("hidden", "household"), PICK, ask("calculate", "step", " ", calculation="'visit'"),
        ask("calculate", "way", " ", calculation="'home'"), ask("text", "words", "家里怎样"))
    account = person("sun", "孙窗口", Role.VILLAGE_DESK, village.cast.village_a1)
    assign_villages(round=village.round, accounts=[account], villages=[village.cast.village_a1], by=village.cast.chen, at=AT)
    for home, contact in ((village.homes[2], account), (village.homes[4], account), (village.homes[6], None)):
        Watched.objects.create(
            household=home, division=home.division, path=home.path, object_kind="edge", object_name="边缘易致贫户", main_cause="illness", causes=["illness"],
            cause_names=["因病"], entered_on=date(2026, 1, 10), helper_name="周帮", contact=contact, added_at=AT)
    return account


def test_the_visits_of_a_month_are_found_filled_and_done_without_a_network(phone, village, desk):
    phone.ready(village.code(desk))
    card = phone.page.locator(".card").filter(has_text="联系人走访")
    assert "已填 0/2" in card.inner_text() and "已填 0/30" in phone.text
    phone.lose_network()
    card.get_by_role("link", name="甲一村").click()
    rows = phone.page.locator("ul.rows a.row")
    rows.filter(has_text="李四").wait_for()
    assert rows.count() == 2 and "李四" in phone.text and "赵六" in phone.text
    # Who is not among them may well be in the register: no new household is offered.
    phone.page.fill(".find", "王五")
    phone.page.get_by_text("找到 0 个").wait_for()
    assert phone.page.get_by_role("link", name="新增农户").count() == 0
    phone.page.fill(".find", "")
    rows.filter(has_text="李四").click()
    phone.page.get_by_text("还没有走访过").wait_for()
    phone.page.get_by_role("link", name="联系人走访").click()
    phone.page.locator('[data-path$="/words"] textarea, [data-path$="/words"] input').first.fill("都好")
    phone.page.locator(".f-next").click()
    phone.page.get_by_text("已存入发件箱").wait_for()
    phone.open("home")
    card.get_by_text("已填 1/2").wait_for()
    # A visit is no check.
    assert "已填 0/30" in phone.text
    card.get_by_role("link", name="甲一村").click()
    phone.page.get_by_text("只看未填的").click()
    phone.page.get_by_text("找到 1 个").wait_for()
    assert "赵六" in phone.text and "李四" not in "".join(rows.all_inner_texts())
    phone.find_network()
    phone.until(lambda: Submission.objects.filter(state="accepted").count() == 1)
    run(timezone.now())
    visit = Visit.objects.get()
    assert (visit.watched.household, visit.by, visit.found.open()) == (village.homes[2], desk, "家里怎样：都好")
    assert phone.overflow <= 0 and phone.small() == [] and phone.complaints == []


def test_others_and_other_households_are_not_told(phone, village, desk):
    phone.ready(village.code())
    assert "联系人走访" not in phone.text
    phone.open(f"household/{village.cast.village_a1.path}/{village.homes[2].pk}")
    phone.page.get_by_role("link", name="核查").wait_for()
    assert phone.page.get_by_role("link", name="联系人走访").count() == 0 and "最近走访" not in phone.text
