"""Requests to change who belongs to a household: asked by one person, confirmed by another, and kept for ever."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wenqu.households.models import Household
from wenqu.kit.crypto.fields import SealedField
from wenqu.places.models import Account, Division, Placed


class Kind(models.TextChoices):
    """What is asked for."""

    ADD = "add", _("增加成员")
    REMOVE = "remove", _("减少成员")
    DIE = "die", _("成员死亡")
    HEAD = "head", _("变更户主")
    SPLIT = "split", _("分户")
    MERGE = "merge", _("并户")
    MOVE = "move", _("整户搬迁")
    EXIT = "exit", _("整户退出")
    UNDO = "undo", _("撤销变更")


class Why(models.TextChoices):
    """By what somebody comes or goes; `WHYS` says which fit a kind."""

    BIRTH = "birth", _("出生")
    MARRIED_IN = "married_in", _("婚入")
    MOVED_IN = "moved_in", _("迁入")
    ADOPTED = "adopted", _("收养")
    RETURNED = "returned", _("退役、刑满等回原籍")
    MISSED = "missed", _("漏登补录")
    MARRIED_OUT = "married_out", _("婚出")
    MOVED_OUT = "moved_out", _("迁出本县")
    AWAY = "away", _("参军、服刑等户籍注销")
    WRONG = "wrong", _("重复或错误登记")
    DIED = "died", _("死亡")
    ALL_DIED = "all_died", _("整户亡故")


WHYS: dict[str, tuple[Why, ...]] = {
    Kind.ADD: (Why.BIRTH, Why.MARRIED_IN, Why.MOVED_IN, Why.ADOPTED, Why.RETURNED, Why.MISSED),
    Kind.REMOVE: (Why.MARRIED_OUT, Why.MOVED_OUT, Why.AWAY, Why.WRONG),
    Kind.DIE: (Why.DIED,),
    Kind.EXIT: (Why.ALL_DIED, Why.MOVED_OUT, Why.WRONG),
}


class State(models.TextChoices):
    ASKED = "asked", _("待核定")
    DONE = "done", _("已核定")
    TURNED_DOWN = "turned_down", _("未通过")
    WITHDRAWN = "withdrawn", _("已撤回")


class Change(Placed):
    """One request and what became of it. Placed where its household is now.

    `content` is the JSON of `planning.Wanted`, sealed: it names people. `moved` are the people by which each village (its path)
    grew or shrank when it was carried out.
    """

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="changes", verbose_name=_("农户"))
    kind = models.CharField(_("变更种类"), max_length=8, choices=Kind.choices)
    why = models.CharField(_("原因"), max_length=12, choices=Why.choices, blank=True)
    happened_on = models.DateField(_("发生日期"))
    content = SealedField(_("变更内容"))
    other = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("并入的户"))
    to_division = models.ForeignKey(Division, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("迁往的村"))
    # The number that a split gives to the new household, free as long as this is open.
    new_number = models.CharField(_("新户编号"), max_length=64, blank=True)
    # Of somebody who is to be added: the number is sealed, the digest finds who asks for the same person elsewhere.
    identity = SealedField(_("证件号码"), digest="identity_digest")
    identity_digest = models.CharField(max_length=32, blank=True, default="", editable=False)
    note = SealedField(_("说明"))
    undoes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="undone_by", verbose_name=_("撤销的变更"))
    state = models.CharField(_("状态"), max_length=12, choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", verbose_name=_("申请人"))
    asked_at = models.DateTimeField(_("申请时间"))
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("核定人"))
    decided_at = models.DateTimeField(_("核定时间"), null=True)
    decided_note = SealedField(_("核定意见"))
    moved = models.JSONField(default=dict)
    # Which request of a browser asked for it: sent twice it is one.
    key = models.CharField(max_length=40, null=True, unique=True)

    class Meta:
        verbose_name = _("农户变更")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["undoes"], condition=Q(state__in=["asked", "done"]), name="undone_once", violation_error_message=_("这次变更已经申请撤销")),
            models.CheckConstraint(condition=Q(state="asked") | Q(decided_by__isnull=False), name="change_decided_by_somebody"),
            # Four eyes: who asked may take it back, and confirm or turn down nothing of their own.
            models.CheckConstraint(condition=~Q(state__in=["done", "turned_down"]) | ~Q(decided_by=F("asked_by")), name="change_decided_by_another"),
        ]
        indexes = [models.Index(fields=["path", "state", "id"], name="change_path"), models.Index(fields=["identity_digest"], name="change_identity")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.happened_on}"


class Party(models.Model):
    """A household that a change touches. At most one open request each: two people cannot ask for the same one at once."""

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="parties")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="changed_in")
    open = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("变更涉及的户")
        constraints = [
            models.UniqueConstraint(fields=["change", "household"], name="party_once"),
            models.UniqueConstraint(fields=["household"], condition=Q(open=True), name="one_open_change_a_household",
                                    violation_error_message=_("这户已有待核定的变更")),
        ]


class Line(models.Model):
    """One value that a change wrote: of which row, what stood there before and after. Without a field: the row was made.

    Never holds a sealed value. Undoing reads the lines backwards.
    """

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="lines")
    what = models.CharField(max_length=12)
    row = models.BigIntegerField()
    field = models.CharField(max_length=20, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        verbose_name = _("变更明细")
        ordering = ("id",)
        indexes = [models.Index(fields=["what", "row"], name="change_line_row")]
