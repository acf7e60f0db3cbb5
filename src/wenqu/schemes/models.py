"""Water supply schemes, who answers for them, and whom they serve."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wenqu.households.models import Household
from wenqu.kit.crypto.fields import SealedField
from wenqu.places.models import Division, Placed


class SchemeClass(models.TextChoices):
    URBAN_RURAL = "urban_rural", _("城乡一体化")
    LARGE = "large", _("千吨万人")
    THOUSAND = "thousand", _("千人以上")
    SMALL = "small", _("小型集中式")
    DECENTRALISED = "decentralised", _("分散式")


class Scheme(Placed):
    """A water supply scheme 供水工程. Class and plant are also dated facts; here stand their latest values."""

    county = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("工程编号"), max_length=64)
    name = models.CharField(_("工程名称"), max_length=120)
    scheme_class = models.CharField(_("工程类型"), max_length=16, choices=SchemeClass.choices, blank=True)
    has_plant = models.BooleanField(_("有无水厂"), null=True)
    source_kind = models.CharField(_("水源类型"), max_length=40, blank=True)
    process = models.CharField(_("净水工艺"), max_length=80, blank=True)
    disinfection = models.CharField(_("消毒方式"), max_length=80, blank=True)
    design_m3_per_day = models.DecimalField(_("设计规模（吨/日）"), max_digits=12, decimal_places=2, null=True)
    built_year = models.PositiveSmallIntegerField(_("建成年份"), null=True)
    owner = models.CharField(_("产权单位"), max_length=120, blank=True)
    operator = models.CharField(_("运行管理单位"), max_length=120, blank=True)
    longitude = models.FloatField(_("经度"), null=True)
    latitude = models.FloatField(_("纬度"), null=True)
    crs = models.CharField(_("坐标系"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("供水工程")
        constraints = [models.UniqueConstraint(fields=["county", "number"], name="one_scheme_per_number",
                                               violation_error_message=_("本县已有相同编号的供水工程"))]
        indexes = [models.Index(fields=["path", "id"], name="scheme_path"), models.Index(fields=["name"], name="scheme_name")]

    def __str__(self) -> str:
        return self.name


class ResponsibilityKind(models.TextChoices):
    """The three responsibilities 三个责任."""

    GOVERNMENT = "government", _("地方政府主体责任")
    DEPARTMENT = "department", _("水行政主管部门监管责任")
    OPERATOR = "operator", _("供水单位运行管理责任")


class Responsibility(models.Model):
    """The named person of one of the three responsibilities of a scheme."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="responsibilities")
    kind = models.CharField(_("责任"), max_length=12, choices=ResponsibilityKind.choices)
    name = models.CharField(_("责任人"), max_length=80)
    post = models.CharField(_("职务"), max_length=80, blank=True)
    phone = SealedField(_("电话"))

    class Meta:
        verbose_name = _("责任人")
        constraints = [models.UniqueConstraint(fields=["scheme", "kind"], name="one_person_per_responsibility")]


class Supply(models.Model):
    """A household is served by a scheme from a day to a day (open end: still served)."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="supplies")
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="supplies")
    from_on = models.DateField(_("起"))
    to_on = models.DateField(_("止"), null=True)

    class Meta:
        verbose_name = _("供水关系")
        constraints = [
            models.UniqueConstraint(fields=["household"], condition=Q(to_on__isnull=True), name="one_current_supply",
                                    violation_error_message=_("一户同时只能由一处工程供水")),
            models.CheckConstraint(condition=Q(to_on__isnull=True) | Q(to_on__gt=F("from_on")), name="supply_ends_after_it_begins"),
        ]
