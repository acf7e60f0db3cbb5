"""Divisions with their codes by system, outlines, accounts and duties."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Level(models.IntegerChoices):
    PROVINCE = 1, _("省")
    PREFECTURE = 2, _("市（州）")
    COUNTY = 3, _("县（区）")
    TOWN = 4, _("乡镇（街道）")
    VILLAGE = 5, _("村（社区）")


class CodeSystem(models.TextChoices):
    NBS = "nbs", _("统计用区划代码")
    MCA = "mca", _("民政区划代码")


class Division(models.Model):
    """A place of the administrative tree. `path` is its place in our own tree (see `paths`)."""

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    level = models.PositiveSmallIntegerField(_("级别"), choices=Level.choices)
    name = models.CharField(_("名称"), max_length=80)
    path = models.CharField(_("路径"), max_length=40, unique=True)

    class Meta:
        verbose_name = _("行政区划")
        ordering = ("path",)

    def __str__(self) -> str:
        return self.name


class DivisionCode(models.Model):
    """A code of a division in one system and edition. The same digits may mean another place in another system."""

    division = models.ForeignKey(Division, on_delete=models.CASCADE, related_name="codes")
    system = models.CharField(_("代码系统"), max_length=8, choices=CodeSystem.choices)
    edition = models.CharField(_("版本"), max_length=10)
    code = models.CharField(_("代码"), max_length=12)

    class Meta:
        verbose_name = _("区划代码")
        constraints = [
            models.UniqueConstraint(fields=["system", "edition", "code"], name="one_division_per_code",
                                    violation_error_message=_("同一系统、同一版本的代码只能属于一个区划")),
            models.UniqueConstraint(fields=["division", "system", "edition"], name="one_code_per_division"),
        ]
        indexes = [models.Index(fields=["code", "system"], name="places_code")]


class Outline(models.Model):
    """The outline of a division as a GeoJSON geometry, with the system it was taken in and whose it is."""

    division = models.OneToOneField(Division, on_delete=models.CASCADE, related_name="outline")
    geometry = models.TextField(_("边界"))
    crs = models.CharField(_("坐标系"), max_length=20, default="EPSG:4490")
    source = models.CharField(_("来源"), max_length=300)


class Account(AbstractUser):
    """A person who signs in. What they may see comes from their duties alone."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("姓名"), max_length=80)

    class Meta:
        verbose_name = _("人员")

    def __str__(self) -> str:
        return self.name or self.username


class Role(models.TextChoices):
    COUNTY = "county", _("县级水务部门")
    TOWN = "town", _("乡镇水管站")
    VILLAGE = "village", _("村级管水员")


class Duty(models.Model):
    """A role in a division subtree, from a day to a day (both inclusive; open end: still held)."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="duties")
    role = models.CharField(_("角色"), max_length=12, choices=Role.choices)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="duties")
    from_on = models.DateField(_("起"))
    to_on = models.DateField(_("止"), null=True, blank=True)

    class Meta:
        verbose_name = _("职责")
        constraints = [
            models.CheckConstraint(condition=Q(to_on__isnull=True) | Q(to_on__gte=models.F("from_on")), name="duty_ends_after_it_begins",
                                   violation_error_message=_("职责的结束日期早于开始日期")),
        ]


class Placed(models.Model):
    """A row that belongs to a division and is seen only by people whose area holds it.

    `path` repeats the division's path so that the area filter is one index range on the row's own table.
    """

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+", verbose_name=_("所属区划"))
    path = models.CharField(max_length=40, editable=False)

    class Meta:
        abstract = True
