"""Divisions with their codes by system, outlines, accounts and duties."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from wenqu.places.levels import Level
from wenqu.places.rights import Role

__all__ = ["Account", "CodeSystem", "Division", "DivisionCode", "Duty", "Level", "Outline", "Placed", "Role"]


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
    # Counted up to end every session at once: it is part of what a session must match.
    sign_in_epoch = models.PositiveIntegerField(default=0)
    left_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    # Whoever added the account: sees it while it has no duty that says whose it is.
    made_by = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+")
    # A demo account is public anyway; obeyed only while the demo is served (`settings.DEMO`).
    demo = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("人员")

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        return str(salted_hmac("wenqu.places.Account.session", f"{self.password}:{self.sign_in_epoch}", secret=secret, algorithm="sha256").hexdigest())

    def __str__(self) -> str:
        return self.name or self.username


class DutyQuerySet(models.QuerySet["Duty"]):
    def held_on(self, day: date) -> DutyQuerySet:
        """The duties that count on a day."""
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gte=day), from_on__lte=day, ended_at__isnull=True)

    def not_over(self, day: date) -> DutyQuerySet:
        """The duties that count on a day or will later."""
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gte=day), ended_at__isnull=True)


class Duty(models.Model):
    """A role in a division subtree, from a day to a day (both inclusive; open end: still held). Never deleted."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="duties")
    role = models.CharField(_("角色"), max_length=20, choices=Role.choices)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="duties")
    from_on = models.DateField(_("起"))
    to_on = models.DateField(_("止"), null=True, blank=True)
    # Which office or institution, where the role does not say: 民政局, 疾控中心.
    unit = models.CharField(_("单位"), max_length=60, blank=True)
    # Ended at once, in the middle of its last day: from this moment it counts no more.
    ended_at = models.DateTimeField(_("立即结束的时间"), null=True, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("职责")
        constraints = [
            models.UniqueConstraint(fields=["account", "role", "division"], condition=Q(to_on__isnull=True), name="one_open_duty",
                                    violation_error_message=_("此人在这个区划已有相同的职责")),
            models.CheckConstraint(condition=Q(ended_at__isnull=True) | Q(to_on__isnull=False), name="duty_ended_has_last_day"),
            models.CheckConstraint(condition=Q(to_on__isnull=True) | Q(to_on__gte=models.F("from_on")), name="duty_ends_after_it_begins",
                                   violation_error_message=_("职责的结束日期早于开始日期")),
        ]

    def is_held_on(self, day: date) -> bool:
        return self.ended_at is None and self.from_on <= day and (self.to_on is None or day <= self.to_on)

    def is_over(self, day: date) -> bool:
        return self.ended_at is not None or (self.to_on is not None and self.to_on < day)


class Placed(models.Model):
    """A row that belongs to a division and is seen only by people whose area holds it.

    `path` repeats the division's path so that the area filter is one index range on the row's own table.
    """

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+", verbose_name=_("所属区划"))
    path = models.CharField(max_length=40, editable=False)

    class Meta:
        abstract = True
