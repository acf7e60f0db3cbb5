"""Reports: how a problem came to be known. Many may tell of one problem."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wenqu.facts.models import SubjectKind
from wenqu.kit.crypto.fields import SealedField
from wenqu.ledger.models.problem import Problem
from wenqu.places.models import Placed
from wenqu.schemes.models import Scheme


class Way(models.TextChoices):
    """The four ways in (MISSION 5)."""

    HOUSEHOLD = "household_report", _("农户申报")
    SURVEY = "own_survey", _("自主排查")
    COMPARISON = "data_comparison", _("数据比对")
    PUBLIC = "public_supervision", _("社会监督")


class Report(Placed):
    """One report of a problem, kept as it was given. The path is that of its subject; `scheme` is the scheme that is
    concerned: itself, or the one that serves the household."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="reports")
    # The problem under which it first came in, where that was merged or split since.
    came_with = models.ForeignKey(Problem, on_delete=models.PROTECT, null=True, related_name="+")
    way = models.CharField(_("来源途径"), max_length=20, choices=Way.choices)
    kind = models.CharField(_("问题类别"), max_length=40)
    subject_kind = models.PositiveSmallIntegerField(_("对象类别"), choices=SubjectKind.choices)
    subject_id = models.BigIntegerField()
    subject_name = models.CharField(_("对象"), max_length=160)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("供水工程"))
    words = models.TextField(_("反映内容"))
    reporter = models.CharField(_("反映人"), max_length=80, blank=True)
    reporter_phone = SealedField(_("反映人电话"), blank=True)
    happened_at = models.DateTimeField(_("发生时间"), null=True)
    at = models.DateTimeField(_("登记时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("登记人"))
    key = models.CharField(max_length=40, unique=True)

    class Meta:
        verbose_name = _("反映记录")
        ordering = ("id",)
        indexes = [
            models.Index(fields=["scheme", "at"], name="report_scheme_at"), models.Index(fields=["path", "at"], name="report_path_at"),
            models.Index(fields=["at"], name="report_at"),
        ]

    @property
    def joined(self) -> bool:
        """Whether the problem was there before this report told of it."""
        return self.problem.opened_at != self.at

    def __str__(self) -> str:
        return f"{self.get_way_display()} {self.subject_name}"
