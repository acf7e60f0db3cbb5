"""Which packs a county goes by: editions are kept whole and never changed, so that what rests on one can be read for ever."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wenqu.places.models import Account, Placed


class PackKind(models.TextChoices):
    """What a pack rules; the values are the kinds of the rulebook."""

    PROCEDURES = "procedures", _("识别和退出程序")
    JUDGING = "watch-judging", _("监测对象研判")
    MEASURES = "watch-measures", _("帮扶措施")


class Edition(Placed):
    """A pack as a county keeps it: one that came with the product, copied when it was first used, or the county's own.

    `text` is the whole of it in TOML, `digest` that of the pack read from it, which courses and judgings name.
    """

    kind = models.CharField(_("规则种类"), max_length=16, choices=PackKind.choices)
    pack_id = models.CharField(_("规则包编号"), max_length=80)
    title = models.CharField(_("名称"), max_length=160)
    text = models.TextField(_("规则包全文"))
    digest = models.CharField(max_length=64)
    # The edition that it was copied from; empty where it came with the product.
    origin = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="copies", verbose_name=_("来自版本"))
    note = models.CharField(_("修改说明"), max_length=300, blank=True)
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("编制人"))
    made_at = models.DateTimeField(_("编制时间"))

    class Meta:
        verbose_name = _("规则版本")
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["division", "digest"], name="one_edition_per_content", violation_error_message=_("本县已有内容相同的版本"))]
        indexes = [models.Index(fields=["path", "kind"], name="watch_edition_path")]

    def __str__(self) -> str:
        return self.title


class Adoption(Placed):
    """That a county goes by an edition from a day on. Never changed: a new one follows."""

    kind = models.CharField(_("规则种类"), max_length=16, choices=PackKind.choices)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="adoptions", verbose_name=_("规则版本"))
    from_on = models.DateField(_("起用日期"))
    document = models.CharField(_("依据文件"), max_length=300)
    set_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("设定人"))
    set_at = models.DateTimeField(_("设定时间"))

    class Meta:
        verbose_name = _("规则采用")
        ordering = ("id",)
        indexes = [models.Index(fields=["path", "kind", "from_on"], name="watch_adoption_path")]

    def __str__(self) -> str:
        return f"{self.edition} {self.from_on}"
