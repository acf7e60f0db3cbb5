"""What is known of a subject: append-only, with the day it was observed and the moment it was recorded."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wenqu.importing.models import Batch


class SubjectKind(models.IntegerChoices):
    HOUSEHOLD = 1, _("农户")
    SCHEME = 2, _("供水工程")
    DIVISION = 3, _("区划")


class Key(models.IntegerChoices):
    """What a fact tells. The numbers are stored: never renumber. Names are those of the rulebook's columns."""

    SCHEME_CLASS = 1, "scheme_class"
    PIPED = 2, "piped"
    LITRES = 3, "litres_per_person_day"
    RAIN = 4, "rain_mm"
    WATER_PER_HEAD = 5, "water_m3_per_head"
    ROUND_TRIP = 6, "round_trip_min"
    HORIZONTAL = 7, "horizontal_m"
    VERTICAL = 8, "vertical_m"
    SHORT_DAYS = 9, "short_days"
    YEAR_DAYS = 10, "year_days"
    LONGEST_SPELL = 11, "longest_short_spell_days"
    LAB_RESULT = 12, "lab_result"
    SENSORY_OK = 13, "sensory_ok"
    HAS_PLANT = 14, "has_plant"


class SourceKind(models.TextChoices):
    REGISTER = "register", _("台账导入")
    SURVEY = "survey", _("入户排查")
    LABORATORY = "laboratory", _("水质检测")
    OFFICIAL = "official", _("官方资料")


class Record(models.Model):
    """Where a set of facts came from and when it was recorded. Undo withdraws a record; nothing is deleted."""

    source = models.CharField(_("来源"), max_length=12, choices=SourceKind.choices)
    title = models.CharField(_("资料名称"), max_length=200)
    recorded_at = models.DateTimeField(_("登记时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="records")
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True)

    class Meta:
        verbose_name = _("事实来源")

    def __str__(self) -> str:
        return self.title


class Fact(models.Model):
    """One value of one key of one subject, observed on a day. `value` is canonical text; the key fixes the unit.

    An empty value is a fact too: «known to be unknown from that day» ends the life of the value before it.
    """

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="facts")
    subject_kind = models.PositiveSmallIntegerField(choices=SubjectKind.choices)
    subject_id = models.BigIntegerField()
    key = models.PositiveSmallIntegerField(choices=Key.choices)
    value = models.CharField(_("数值"), max_length=40, blank=True)
    observed_on = models.DateField(_("观测日期"))
    reference = models.CharField(_("出处"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("事实")
        indexes = [models.Index(fields=["subject_kind", "subject_id", "key", "observed_on"], name="fact_subject")]
