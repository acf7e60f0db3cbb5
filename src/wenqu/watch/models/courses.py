"""The way of a household onto the watch list or off it: acts that are only ever added."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenqu.evidence.models import Evidence
from wenqu.households.models import Household
from wenqu.kit.crypto.fields import SealedField
from wenqu.places.models import Account, Placed
from wenqu.watch.models.editions import Edition


class Route(models.TextChoices):
    """Which way a course goes (`rulebook.watch.procedures`)."""

    ENTRY = "entry", _("纳入监测")
    REMOVAL = "removal", _("风险消除")


class Way(models.TextChoices):
    """How the clue came in (MISSION §4, §5)."""

    HOUSEHOLD = "household", _("农户自主申报")
    SURVEY = "survey", _("干部走访排查")
    DEPARTMENT = "department", _("部门筛查预警")
    PUBLIC = "public", _("社会监督发现")


class Course(Placed):
    """A household under one edition of the county's procedure, from the clue to the end.

    Where it stands follows from its acts alone (`rulebook.watch.procedures.stand`). `position`, `awaits`, `since`, `due_on`,
    `ended` and what follows repeat that for lists and desks; the action that adds an act writes them with it.
    """

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="watch_courses", verbose_name=_("农户"))
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="courses", verbose_name=_("规则版本"))
    route = models.CharField(_("方向"), max_length=8, choices=Route.choices)
    begun_on = models.DateField(_("启动日期"))
    way = models.CharField(_("线索来源"), max_length=10, choices=Way.choices, blank=True)
    # What was told of the household: illness, debt, a lost job. Sealed.
    clue = SealedField(_("线索内容"))
    opened_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("登记人"))
    opened_at = models.DateTimeField(_("登记时间"))
    # Of two people who act on what the same page showed, one wins and the other is told.
    version = models.PositiveIntegerField(default=0)
    position = models.CharField(_("进度"), max_length=60)
    awaits = models.CharField(_("待办步骤"), max_length=40, blank=True)
    since = models.DateField(_("本步起算日"))
    due_on = models.DateField(_("办理期限"), null=True)
    ended = models.CharField(_("结果"), max_length=12, blank=True)
    ended_on = models.DateField(_("结束日期"), null=True)
    # Objections that wait for a ruling, and the day on which help was confirmed as urgent: for desks, as the columns above.
    objections_open = models.PositiveSmallIntegerField(default=0)
    urgent_on = models.DateField(_("确认先行帮扶的日期"), null=True)
    # Off the list because the risk went by itself, as the acts told last.
    natural = models.BooleanField(_("风险自然消除"), default=False)
    key = models.CharField(max_length=40, null=True, unique=True)

    class Meta:
        verbose_name = _("监测办理过程")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["household"], condition=Q(ended=""), name="one_course_at_a_time",
                                    violation_error_message=_("这户正在办理中，一户同一时间只能有一个办理过程")),
        ]
        indexes = [models.Index(fields=["path", "ended", "awaits"], name="watch_course_path")]

    def __str__(self) -> str:
        return f"{self.get_route_display()} {self.begun_on}"


class Act(models.Model):
    """One thing done on a day (`rulebook.watch.procedures.Act`). `words` say what was found or objected, `who` names the objector."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="acts")
    number = models.PositiveIntegerField()
    doing = models.CharField(_("事项"), max_length=10)
    step = models.CharField(_("步骤"), max_length=40, blank=True)
    outcome = models.CharField(_("结果"), max_length=12, blank=True)
    to = models.CharField(_("退回到"), max_length=40, blank=True)
    objection = models.CharField(_("异议编号"), max_length=20, blank=True)
    on = models.DateField(_("办理日期"))
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("办理人"))
    by_name = models.CharField(max_length=80)
    role = models.CharField(_("职责"), max_length=20)
    words = SealedField(_("说明"))
    # What was found of the household where it leaves the list (`courses.situation`), as JSON: workers, protection, conditions. Sealed.
    situation = SealedField(_("核实情况"))
    who = SealedField(_("异议人"))
    at = models.DateTimeField(_("登记时间"))
    key = models.CharField(max_length=40, null=True, unique=True)

    class Meta:
        verbose_name = _("办理记录")
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["course", "number"], name="one_act_per_number")]

    def __str__(self) -> str:
        return f"{self.doing} {self.step}"


class ActPaper(models.Model):
    """A paper that was handed in with an act, with its file. Minutes carry votes, a photo names its board."""

    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(_("材料"), max_length=40)
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="+", verbose_name=_("文件"))
    board = models.CharField(_("公示栏"), max_length=40, blank=True)
    signers = models.JSONField(_("签字人"), default=list)
    # {"present", "agree", "against", "abstain"}; empty where nobody voted.
    votes = models.JSONField(_("表决"), null=True)

    class Meta:
        verbose_name = _("办理材料")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.kind
