"""Runs, the latest grades, and the kept roll-ups per division."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wenqu.households.models import Household
from wenqu.places.models import Division, Placed

JUDGE_JOB = "judge"


class GradeCode(models.IntegerChoices):
    """Stored grades; the order is worst last so that `Max` is worst-wins where unknown is between basic and failed."""

    MET = 1, _("达标")
    BASIC = 2, _("基本达标")
    UNKNOWN = 3, _("未知")
    FAILED = 4, _("不达标")


class OverallCode(models.IntegerChoices):
    SAFE = 1, _("安全")
    BASIC = 2, _("基本安全")
    UNKNOWN = 3, _("未知")
    UNSAFE = 4, _("不安全")


class Run(Placed):
    """One judging of all households of a division by one pack as of a day. Immutable.

    The verdicts lie in `file` (Parquet, in the runs folder); `pack_text` and `digest` are what it was judged by;
    facts recorded after `facts_until` were not seen.
    """

    pack_id = models.CharField(_("规则包"), max_length=80)
    pack_title = models.CharField(max_length=200)
    digest = models.CharField(_("摘要"), max_length=64)
    pack_text = models.TextField()
    as_of = models.DateField(_("评价基准日"))
    facts_until = models.DateTimeField(_("事实截止"))
    households = models.PositiveIntegerField(_("户数"))
    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("评价时间"))

    class Meta:
        verbose_name = _("评价批次")
        ordering = ("-id",)
        indexes = [models.Index(fields=["path", "as_of", "id"], name="run_path")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.pack_id} {self.as_of}"


class Grade(models.Model):
    """The latest grades of a household; `run` is the one that set them last.

    Where a household was judged again by itself since (`spot`), `judged_at` says when: from the facts as of then, by the
    rules of `run`, at `path`, served by `scheme_id`. The next run over its county puts its own in this place.
    """

    # `path` is where it was judged: another place gives another grade only once somebody looked at it there.
    stays = True

    household = models.OneToOneField(Household, on_delete=models.CASCADE, primary_key=True, related_name="grade")
    path = models.CharField(max_length=40)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveSmallIntegerField(_("水量"), choices=GradeCode.choices)
    quality = models.PositiveSmallIntegerField(_("水质"), choices=GradeCode.choices)
    convenience = models.PositiveSmallIntegerField(_("用水方便程度"), choices=GradeCode.choices)
    reliability = models.PositiveSmallIntegerField(_("供水保证率"), choices=GradeCode.choices)
    overall = models.PositiveSmallIntegerField(_("综合"), choices=OverallCode.choices)
    judged_at = models.DateTimeField(_("单独评价时间"), null=True)
    scheme_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("评价结果")
        indexes = [models.Index(fields=["overall", "path", "household"], name="grade_overall")]


class DivisionCount(models.Model):
    """The kept roll-up of one run for one division: households by overall grade, and by indicator and grade.

    `indicators` is {"quantity": {"met": n, "basic": n, "failed": n, "unknown": n}, …}; each sums to `households`.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="counts")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=40)
    households = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    safe = models.PositiveIntegerField()
    basic = models.PositiveIntegerField()
    unsafe = models.PositiveIntegerField()
    unknown = models.PositiveIntegerField()
    indicators = models.JSONField()

    class Meta:
        verbose_name = _("评价批次")
        constraints = [models.UniqueConstraint(fields=["run", "division"], name="one_count_per_run")]
        indexes = [models.Index(fields=["division", "run"], name="count_division")]

    def __str__(self) -> str:
        return str(self.run)
