"""The history of a problem: only added to."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wenqu.evidence.models import Evidence
from wenqu.ledger import lifecycle
from wenqu.ledger.models.problem import Problem


class Step(models.Model):
    """One step of a problem. `after` is what the problem was once it was taken (`ledger.loop.history.FIELDS`), so that its
    state at any past instant is that of the last step until then. A problem begins without one: as found.

    `key` is the key of the request that asked for it: the same request again finds its step and makes no second.
    """

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="steps")
    transition = models.CharField(_("步骤"), max_length=12)
    source = models.CharField(max_length=10)
    target = models.CharField(max_length=10)
    outcome = models.CharField(max_length=10, blank=True)
    round = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("办理人"))
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField(_("时间"))
    # The deadline that this step had to meet.
    due_at = models.DateTimeField(null=True)
    note = models.TextField(_("说明"), blank=True)
    detail = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    key = models.CharField(max_length=40, null=True, unique=True)

    class Meta:
        verbose_name = _("办理步骤")
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["problem", "version"], name="one_step_per_version")]
        indexes = [
            models.Index(fields=["at", "problem"], name="step_at"),
            # Whether somebody was a party already: asked for each problem on a desk.
            models.Index(fields=["by", "problem", "round", "transition"], name="step_party"),
        ]

    def __str__(self) -> str:
        return f"{self.transition} {self.source}→{self.target}"

    @property
    def late(self) -> bool:
        """Whether it came after the deadline that it had to meet. The deadline is for the loop's next step: what is done
        meanwhile to a problem that is overdue is not late."""
        awaited = self.transition == lifecycle.NEXT_STEP.get(self.source)
        return awaited and self.due_at is not None and self.at > self.due_at

    @property
    def about(self) -> str:
        """The part of the problem's story that its evidence proves."""
        return f"step:{self.version}"

    def proofs_among(self, evidence: Iterable[Evidence]) -> list[Evidence]:
        """Of the evidence of its problem, what came with this step."""
        return [each for each in evidence if each.about == self.about]
