"""What stands around accounts and duties: invitations, requests that take four eyes, hand-overs, the second factor,
sessions, throttles, tokens of the API, looks outside one's area, notices."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wenqu.kit.crypto.fields import SealedField
from wenqu.places.models import Account, Division, Duty
from wenqu.places.rights import Role


class Invitation(models.Model):
    """A one-time link by which somebody sets their password: to join, or when it is lost. Kept by the digest of its secret."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="invitations")
    secret_digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("发出时间"))
    until = models.DateTimeField(_("有效期至"))
    used_at = models.DateTimeField(_("使用时间"), null=True)
    revoked_at = models.DateTimeField(_("作废时间"), null=True)

    class Meta:
        verbose_name = _("邀请")


class Change(models.TextChoices):
    GIVE = "give", _("授予职责")
    END = "end", _("结束职责")
    DEACTIVATE = "deactivate", _("停用账号")
    REACTIVATE = "reactivate", _("重新启用账号")
    RESET = "reset", _("重置登录方式")


class Decision(models.TextChoices):
    WAITING = "waiting", _("待审批")
    APPROVED = "approved", _("已同意")
    REFUSED = "refused", _("已拒绝")
    WITHDRAWN = "withdrawn", _("已撤回")


class RightsRequest(models.Model):
    """A change of an administrator's or auditor's rights: asked by one administrator, decided by another, never by whom it concerns."""

    change = models.CharField(_("事项"), max_length=10, choices=Change.choices)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="rights_requests")
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField(_("角色"), max_length=20, choices=Role.choices, blank=True)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=40)
    unit = models.CharField(max_length=60, blank=True)
    from_on = models.DateField(_("起"), null=True)
    to_on = models.DateField(_("止"), null=True)
    reason = models.CharField(_("理由"), max_length=200)
    # Who takes over the work of somebody to be deactivated.
    taker = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    # A request handed over to another administrator still cannot be decided by the one who began it.
    begun_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("申请时间"))
    decision = models.CharField(_("结果"), max_length=10, choices=Decision.choices, default=Decision.WAITING)
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("审批时间"), null=True)
    # Decided on the command line of the server, where an area has no second administrator.
    at_console = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("权限变更申请")
        constraints = [
            models.CheckConstraint(
                condition=~Q(decision="approved") | Q(at_console=True, decided_by__isnull=True) | (
                    Q(decided_by__isnull=False, at_console=False)
                    & ~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("begun_by")) & ~Q(decided_by=F("account"))
                ),
                name="four_eyes", violation_error_message=_("须由另一名管理员审批"),
            ),
        ]
        indexes = [models.Index(fields=["decision", "path"], name="rights_request_waiting")]


class HandOver(models.Model):
    """All open work of one person given to another; `counts` says what and how much."""

    giver = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    taker = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("交接时间"))
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("原因"), max_length=200)
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("工作交接")


class SecondFactor(models.Model):
    """A time-based one-time password (RFC 6238). `last_step` is the last 30-second step used: no code counts twice."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="second_factor")
    secret = SealedField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)
    # Digests of the one-time recovery codes that are left.
    recovery = models.JSONField(default=list)


class SignedIn(models.Model):
    """One session of one account: where it was begun and from what."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField(_("登录时间"))
    address = models.CharField(_("来源地址"), max_length=45, blank=True)
    agent = models.CharField(_("浏览器"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("登录")


class Throttle(models.Model):
    """Failed sign-ins of one name or one address, and until when it has to wait. Names are kept as digests: whoever
    mistypes may have typed a password into the name."""

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    until = models.DateTimeField(null=True)


class ApiToken(models.Model):
    """A token of the API, acting as one duty of its account for as long as both last. Kept by its digest; `hint` is its beginning."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(_("用途"), max_length=80)
    hint = models.CharField(max_length=12)
    secret_digest = models.CharField(max_length=64, unique=True)
    may_write = models.BooleanField(_("可写"), default=False)
    made_at = models.DateTimeField(_("创建时间"))
    until = models.DateTimeField(_("有效期至"))
    revoked_at = models.DateTimeField(_("作废时间"), null=True)

    class Meta:
        verbose_name = _("接口令牌")


class Glass(models.Model):
    """A look outside one's area (break the glass): one record, one reason, for a short time. The area's owner is told."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="glasses")
    subject = models.CharField(max_length=60)
    path = models.CharField(max_length=40)
    reason = models.CharField(_("理由"), max_length=200)
    at = models.DateTimeField(_("时间"))
    until = models.DateTimeField(_("有效期至"))

    class Meta:
        verbose_name = _("紧急查看")
        indexes = [models.Index(fields=["account", "subject", "until"], name="glass_open")]


class Notice(models.Model):
    """A message to one person inside the product. `kind` says which sentence, `detail` fills it: it is read in their language."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=30)
    detail = models.JSONField(default=dict)
    url = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("通知")
        indexes = [models.Index(fields=["account", "read_at"], name="notice_unread")]
