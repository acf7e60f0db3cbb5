"""A village whose water manager has a phone: thirty households on one plant, a round with a short form, problems."""

from __future__ import annotations

from typing import Any

from cast import AT, TODAY, Cast
from django.utils import timezone
from forms.books import CHOICES, ask, form
from stages import facts, household, scheme, supply
from survey.field import FOREVER

from wenqu.households.models import Household
from wenqu.ledger.models import Problem
from wenqu.places.models import Account
from wenqu.survey.designing.actions import publish_version
from wenqu.survey.devices.actions import offer_pairing
from wenqu.survey.models import FormVersion
from wenqu.survey.rounds.actions import assign_villages, plan_round

NAMES = [
    "张山", "张良", "李四", "王五", "赵六", "陈桂英", "刘建国", "杨秀兰", "黄志强", "周小妹",
    "吴永福", "徐大有", "孙秀英", "马得水", "朱家宝", "胡秀珍", "林有才", "郭春梅", "何金花", "高长生",
    "罗玉兰", "郑守田", "梁满仓", "谢桂香", "宋来喜", "唐水生", "许凤英", "韩德茂", "冯银花", "邓永泉",
]
# Asked only of who was not searched for.
PICK = ask("select_one_from_file households.csv", "pick", "哪一户", relevant="${household} = ''")
KINDS = [*CHOICES, ["kind", "no_water", "停水"], ["kind", "bad_water", "水不干净"]]


class Village:
    """Village A1."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.plant = scheme(cast.town_a, "S1", "甲镇水厂")
        self.homes = [household(cast.village_a1, f"6101991012010{at:02d}", name, group_name=f"{at % 4 + 1}组") for at, name in enumerate(NAMES)]
        for at, home in enumerate(self.homes):
            supply(home, self.plant)
            if at % 3 == 0:
                facts(home, piped="yes", litres_per_person_day=60 + at)
        self.check = self.form(
            "visit", "入户核查", ask("hidden", "household"), PICK, ask("integer", "people", "家里几口人"), ask("select_one yn", "clear", "水清不清"),
            ask("image", "tap", "拍水龙头"), ask("image", "house", "拍房子"))
        self.report = self.form(
            "report", "报告问题", ask("hidden", "household"), ask("hidden", "scheme"), PICK, ask("calculate", "step", " ", calculation="'report'"),
            ask("select_one kind", "kind", "什么问题"), ask("text", "words", "说明"))
        self.new = self.form(
            "household_new", "新增农户", ask("hidden", "village"), ask("calculate", "step", " ", calculation="'new_household'"), ask("text", "head", "户主姓名"))
        self.round = plan_round(name="三季度排查", form=self.check.form, division=cast.county, from_on=TODAY.replace(month=1), to_on=FOREVER, by=cast.chen, at=AT)
        assign_villages(round=self.round, accounts=[cast.wang], villages=[cast.village_a1], by=cast.chen, at=AT)

    def form(self, form_id: str, title: str, *questions: dict[str, str], version: str = "1") -> FormVersion:
        content = form(*questions, choices=KINDS, settings=[["form_id", "form_title", "version"], [form_id, title, version]])
        return publish_version(county=self.cast.county, workbook=content, name=f"{form_id}.xlsx", by=self.cast.chen, at=AT)

    def problem(self, home: Household, kind: str = "no_water", **more: Any) -> Problem:
        return Problem.objects.create(
            number=f"WT-2026-{Problem.objects.count() + 1:06d}", kind=kind, subject_kind=1, subject_id=home.pk, subject_name=f"{home.head_name}（{home.number}）",
            division=home.division, path=home.path, source="入户排查", reason="survey", explanation="三天没有水，邻居家也没有水。",
            opened_on=TODAY, opened_at=AT, seen_on=TODAY, **more)

    def code(self, account: Account | None = None) -> str:
        """A pairing code as the office shows it."""
        account = account or self.cast.wang
        return offer_pairing(account=account, by=account, at=timezone.now()).secret
