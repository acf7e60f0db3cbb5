"""The watch list itself: who is on it, since when, why, and who looks after them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wenqu.households.models import Household
from wenqu.kit.crypto.fields import SealedField
from wenqu.places.models import Account, Placed
from wenqu.watch.models.courses import Course


class Watched(Placed):
    """A household on the watch list 监测对象, from entry to removal; one that comes back is a new row.

    `object_kind` and the causes are ids of the judging pack, kept with the words they had at entry. A household that stood on
    the national system's sheet before has no `entry`; its source is the import.
    """

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="watched", verbose_name=_("农户"))
    object_kind = models.CharField(_("监测对象类型"), max_length=40)
    object_name = models.CharField(_("监测对象类型"), max_length=60)
    main_cause = models.CharField(_("主要风险"), max_length=40)
    cause_names = models.JSONField(_("风险类型"), default=list)
    causes = models.JSONField(default=list)
    entered_on = models.DateField(_("识别日期"))
    entry = models.ForeignKey(Course, on_delete=models.PROTECT, null=True, related_name="+")
    source = models.CharField(_("来源"), max_length=120, blank=True)
    left_on = models.DateField(_("风险消除日期"), null=True)
    removal = models.ForeignKey(Course, on_delete=models.PROTECT, null=True, related_name="+")
    # Never empty while the household is on the list (MISSION §4): the action refuses it.
    helper_name = models.CharField(_("帮扶责任人"), max_length=80)
    helper_unit = models.CharField(_("帮扶单位"), max_length=120, blank=True)
    helper_phone = SealedField(_("帮扶责任人电话"))
    contact = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("联系人"))
    version = models.PositiveIntegerField(default=0)
    added_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("登记人"))
    added_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("监测对象")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["household"], condition=Q(left_on=None), name="once_on_the_list", violation_error_message=_("这户已在监测名单上")),
            models.CheckConstraint(condition=Q(left_on=None) | Q(left_on__gte=F("entered_on")), name="watched_leaves_after_entry"),
            models.CheckConstraint(condition=~Q(helper_name="") | Q(left_on__isnull=False), name="watched_has_a_helper",
                                   violation_error_message=_("监测对象的帮扶责任人不能为空")),
        ]
        indexes = [models.Index(fields=["path", "left_on"], name="watched_path")]

    def __str__(self) -> str:
        return self.object_name
