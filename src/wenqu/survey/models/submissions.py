"""Records as they were received, and the files that came with them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenqu.evidence.models import Evidence
from wenqu.facts.models import Record
from wenqu.kit.crypto.fields import SealedField
from wenqu.places.models import Account, Placed
from wenqu.survey.models.devices import Device
from wenqu.survey.models.forms import FormVersion
from wenqu.survey.models.rounds import Round


class State(models.TextChoices):
    ACCEPTED = "accepted", _("已采用")
    QUARANTINED = "quarantined", _("待裁定")
    LEFT_OUT = "left_out", _("不采用")
    # A later version of the same record by the same person stands in its place.
    REPLACED = "replaced", _("已被更正")


class Reason(models.TextChoices):
    """Why a record waits for somebody to decide."""

    DEVICE_REVOKED = "device_revoked", _("手机已停用")
    NO_DUTY = "no_duty", _("填表人已不在岗")
    UNKNOWN_FORM = "unknown_form", _("表单不是本县发布的")
    UNKNOWN_VERSION = "unknown_version", _("表单版本未发布过")
    NO_ROUND = "no_round", _("填表人没有这个表单的调查任务")
    ROUND_ENDED = "round_ended", _("调查批次不在期限内")
    OUTSIDE_AREA = "outside_area", _("对象不在填表人的任务范围")
    UNKNOWN_SUBJECT = "unknown_subject", _("台账中没有这个对象")
    UNKNOWN_SAMPLE = "unknown_sample", _("本县没有这个编号的样品")
    LEFT_SUBJECT = "left_subject", _("农户已退出台账或并入他户")
    REPLACES_UNKNOWN = "replaces_unknown", _("要更正的记录没有收到")
    REPLACES_REPLACED = "replaces_replaced", _("要更正的记录已被更正过")
    REPLACES_OTHERS = "replaces_others", _("要更正的是别人的记录")
    SAME_ID_DIFFERS = "same_id_differs", _("同一记录编号，内容不同")
    # What follows from it was refused; the sentence stands in `effect`. Accepted, it is tried again.
    EFFECT_REFUSED = "effect_refused", _("采用后不能办理")


class Submission(Placed):
    """One record. `xml` is what was received, to the byte; nothing but what we decided of it ever changes."""

    instance_id = models.CharField(_("记录编号"), max_length=200)
    # SHA-256 of the bytes.
    sha256 = models.CharField(max_length=64)
    # Another content under a number that is taken: kept beside the first, never in its place.
    twin = models.BooleanField(default=False)
    xml = SealedField(_("记录原文"))
    # As the phone says; `version` is the one of ours that it means.
    form_id = models.CharField(_("表单编号"), max_length=100)
    form_version = models.CharField(_("表单版本"), max_length=60)
    version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, null=True, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, null=True, related_name="submissions")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="submissions")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    # «household:12», or "" where the record names nothing of the register.
    subject = models.CharField(_("对象"), max_length=40, blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=State.choices)
    reasons = models.JSONField(_("原因"), default=list)
    # The record that this one corrects, and whether one corrects this.
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="corrections")
    # The files that it names and that are not here yet.
    missing = models.JSONField(_("还没有收到的文件"), default=list)
    received_at = models.DateTimeField(_("收到时间"))
    filled_at = models.DateTimeField(_("填写时间"), null=True)
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("裁定时间"), null=True)
    decided_why = models.CharField(_("裁定理由"), max_length=200, blank=True)
    # What follows from it (`effects`): taken for the state that it is in, None while that is to do. Whoever changes the state empties it.
    effect_at = models.DateTimeField(_("生效时间"), null=True)
    # How often it was begun in vain: what cannot be done now comes after all else.
    effect_tries = models.PositiveSmallIntegerField(default=0)
    # What came of it, for its page: `effects.told`.
    effect = models.JSONField(default=dict)
    # The facts that rest on it, where any do.
    facts = models.ForeignKey(Record, on_delete=models.PROTECT, null=True, related_name="+")
    # Its subject is to be judged again.
    to_judge = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("调查记录")
        constraints = [
            models.UniqueConstraint(fields=["instance_id"], condition=Q(twin=False), name="one_row_per_instance"),
            models.UniqueConstraint(fields=["instance_id", "sha256"], name="one_row_per_content"),
            # Of two corrections of one record only the first stands.
            models.UniqueConstraint(fields=["replaces"], condition=Q(state="accepted"), name="one_standing_correction"),
        ]
        indexes = [
            models.Index(fields=["path", "id"], name="submission_path"),
            # The desk: what waits, the newest first.
            models.Index(fields=["state", "path", "id"], name="submission_state"),
            models.Index(fields=["subject", "round"], name="submission_subject"),
            # The two queues of effects: a few rows, whatever was ever received.
            models.Index(fields=["effect_tries", "id"], name="submission_effect", condition=Q(effect_at=None) & ~Q(state="quarantined")),
            models.Index(fields=["id"], name="submission_to_judge", condition=Q(to_judge=True)),
        ]


class Attachment(models.Model):
    """A file of a record under the name by which the record names it; the content is evidence, sealed and by its hash."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="attachments")
    # As the phone gave it (the framework cuts folders off and what is longer).
    name = models.CharField(_("文件名"), max_length=255)
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(_("收到时间"))
    # When it was looked into and, where it is a photo, its copies to show were made.
    looked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("记录的文件")
        constraints = [models.UniqueConstraint(fields=["submission", "name", "evidence"], name="one_attachment_per_content")]
        indexes = [models.Index(fields=["id"], name="attachment_to_look_at", condition=Q(looked_at=None))]
