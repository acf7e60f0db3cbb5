"""What is known of households at risk, and what was concluded of them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wenqu.households.models import Household, Member
from wenqu.kit.crypto.fields import SealedField
from wenqu.places.models import Account, Placed
from wenqu.watch.models.editions import Edition

WATCH_JUDGE_JOB = "watch_judge"


class Told(models.Model):
    """Something told of a household: kept as it was told, withdrawn where it was wrong, never changed or deleted."""

    source = models.CharField(_("资料来源"), max_length=120)
    observed_on = models.DateField(_("了解日期"))
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("登记人"))
    at = models.DateTimeField(_("登记时间"))
    withdrawn_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("撤回人"))
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True)
    key = models.CharField(max_length=48, null=True, unique=True)

    class Meta:
        abstract = True


class HouseFact(Told):
    """One value of one column that judging packs ask for (`rulebook.watch.judging.household_columns`). The latest told counts.

    `value` is canonical text: yes/no, whole fen, a number, an id of the pack, words. Empty: it is not known any more.
    """

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="watch_facts", verbose_name=_("农户"))
    name = models.CharField(_("项目"), max_length=60)
    value = SealedField(_("情况"))

    class Meta:
        verbose_name = _("研判情况")
        ordering = ("id",)
        indexes = [models.Index(fields=["household", "name"], name="watch_fact_household")]

    def __str__(self) -> str:
        return self.name


class IncomeItem(Told):
    """One income, cost or spending over months (YYYYMM, both inside). An empty amount is one that is not known.

    `together`: it is the household's or of somebody who really lives in it; empty where that is not known.
    """

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="watch_items", verbose_name=_("农户"))
    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("家庭成员"))
    kind = models.CharField(_("收支种类"), max_length=40)
    first = models.PositiveIntegerField(_("起始月份"))
    last = models.PositiveIntegerField(_("截止月份"))
    amount = SealedField(_("金额（分）"))
    together = models.BooleanField(_("共同生活"), null=True)

    class Meta:
        verbose_name = _("收支记录")
        ordering = ("first", "id")
        indexes = [models.Index(fields=["household"], name="watch_item_household")]

    def __str__(self) -> str:
        return f"{self.kind} {self.first}-{self.last}"


class WatchRun(Placed):
    """One judging of all households of a county by the edition in force on a day. Its grades lie in `WatchGrade`, what changed in `WatchMove`.

    `line` says by which income line, in yuan; `counts` are households by town, kind of object, standing colour and cause.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="runs", verbose_name=_("规则版本"))
    as_of = models.DateField(_("研判基准日"))
    first_month = models.PositiveIntegerField(_("收入起始月份"))
    last_month = models.PositiveIntegerField(_("收入截止月份"))
    line = models.CharField(_("收入线"), max_length=20)
    line_document = models.CharField(_("收入线依据"), max_length=300)
    households = models.PositiveIntegerField(_("户数"))
    told = models.PositiveIntegerField(_("有登记的户数"))
    moved = models.PositiveIntegerField(_("变动户数"))
    counts = models.JSONField(default=list)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("发起人"))
    at = models.DateTimeField(_("研判时间"))

    class Meta:
        verbose_name = _("监测研判批次")
        ordering = ("-id",)
        indexes = [models.Index(fields=["path", "id"], name="watch_run_path")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.as_of}"


class WatchGrade(models.Model):
    """What stands of a household: the latest conclusion, and the colour that stands (`stands`; a better one may wait for a review).

    `water`, `marked` and `people` are what the conclusion saw of other rooms: where they are another by now it is judged again.
    """

    household = models.OneToOneField(Household, on_delete=models.CASCADE, primary_key=True, related_name="watch_grade")
    path = models.CharField(max_length=40)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    object = models.CharField(_("研判结论"), max_length=40)
    way = models.CharField(max_length=60, blank=True)
    grade = models.CharField(_("颜色等级"), max_length=40)
    stands = models.CharField(_("现行等级"), max_length=40)
    cause = models.CharField(_("风险类型"), max_length=40, blank=True)
    water = models.PositiveSmallIntegerField(null=True)
    marked = models.BooleanField(default=False)
    people = models.PositiveSmallIntegerField(null=True)
    judged_at = models.DateTimeField(_("研判时间"))
    run = models.ForeignKey(WatchRun, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("监测研判结论")
        indexes = [
            models.Index(fields=["path", "object", "household"], name="watch_grade_object"),
            models.Index(fields=["path", "stands", "household"], name="watch_grade_stands"),
        ]

    def __str__(self) -> str:
        return f"{self.object} {self.stands}"


class WatchMove(models.Model):
    """That the conclusion or the standing colour of a household changed. Never changed itself."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="watch_moves")
    path = models.CharField(max_length=40)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    before = models.CharField(max_length=40, blank=True)
    after = models.CharField(max_length=40)
    stood = models.CharField(max_length=40, blank=True)
    stands = models.CharField(max_length=40)
    reason = models.CharField(_("原因"), max_length=200)
    run = models.ForeignKey(WatchRun, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("研判变动")
        ordering = ("-id",)
        indexes = [models.Index(fields=["path", "id"], name="watch_move_path"), models.Index(fields=["household", "id"], name="watch_move_household")]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
