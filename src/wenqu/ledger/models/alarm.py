"""Area alarms (颠覆性问题): several reports on one scheme or village in a short time."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenqu.facts.models import SubjectKind
from wenqu.places.models import Placed


class Alarm(Placed):
    """Raised once per scheme or village while its reports are not dealt with; falls back when they are."""

    number = models.CharField(_("告警编号"), max_length=30, unique=True)
    subject_kind = models.PositiveSmallIntegerField(_("对象类别"), choices=SubjectKind.choices)
    subject_id = models.BigIntegerField()
    subject_name = models.CharField(_("对象"), max_length=160)
    reports = models.PositiveIntegerField(_("反映次数"))
    households = models.PositiveIntegerField(_("影响户数"))
    # The rule that it was raised by: how many reports within how many hours, whose numbers these are and how sure.
    rule = models.JSONField(default=dict)
    first_report_at = models.DateTimeField()
    raised_at = models.DateTimeField(_("触发时间"))
    cleared_at = models.DateTimeField(_("解除时间"), null=True)
    # How its problems ended, counted once when it fell back.
    fixed = models.PositiveIntegerField(_("已解决"), null=True)
    not_fixed = models.PositiveIntegerField(_("按其他方式关闭"), null=True)

    class Meta:
        verbose_name = _("区域告警")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id"], condition=Q(cleared_at__isnull=True), name="one_alarm_at_a_time"),
        ]
        # Asked on every page of everybody: what stands now.
        indexes = [models.Index(fields=["path"], name="alarm_standing", condition=Q(cleared_at__isnull=True))]

    def __str__(self) -> str:
        return self.number


class AlarmPlace(models.Model):
    """A place whose people an alarm concerns: the subject's own and every village with households of its scheme."""

    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="places")
    path = models.CharField(max_length=40)
    households = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alarm", "path"], name="alarm_place_once")]
        indexes = [models.Index(fields=["path"], name="alarm_place_path")]
