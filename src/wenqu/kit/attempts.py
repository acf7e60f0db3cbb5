"""Refused attempts of pages, written down after the answer: by then the act was taken back, and no view can forget it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from wenqu.kit import audit
from wenqu.kit.limited import TooMany
from wenqu.kit.refusal import Missing, Refused, attempts

# Wrong passwords and codes have entries of their own (`people.signing.guard`), and so has the API (`api.errors`).
TOLD_ELSEWHERE = frozenset({"wrong_sign_in", "wrong_password", "wrong_code", "wrong_recovery_code", "invitation_unusable"})


def note_attempts(request: Any, found: list[Refused | Missing]) -> None:
    """Write down what somebody tried in a request and may not do, or a row that is not theirs."""
    tried = attempts(found)
    if not tried:
        return
    user = getattr(request, "user", None)
    by = user if user is not None and user.is_authenticated else audit.STRANGER
    match = request.resolver_match
    for refusal in tried:
        if _told_already(request, refusal, by is audit.STRANGER):
            continue
        where = {"subject": refusal.subject, "path": refusal.path} if isinstance(refusal, Missing) else {}
        audit.refused(by=by, code=refusal.code, what=match.view_name if match else "", at=timezone.now(), **where)


def _told_already(request: Any, refusal: Refused | Missing, stranger: bool) -> bool:
    if isinstance(refusal, Missing):
        return False
    # A flood from outside must not become a flood of writes.
    flood = stranger and isinstance(refusal, TooMany)
    return flood or refusal.code in TOLD_ELSEWHERE or request.path.startswith("/api/")
