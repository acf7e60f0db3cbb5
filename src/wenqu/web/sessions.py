"""What a session must hold before it may open a page: an age, a recent use, and the second factor where one is due."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.people.signing.queries import CODE, idle_limit, missing_step, standing_of
from wenqu.people.signing.sessions import BEGAN, SEEN
from wenqu.web.middleware import GetResponse
from wenqu.web.returning import sent_to

View = TypeVar("View")
# A session is saved at most this often for having been used.
_NOTE_SECONDS = 60


def before_second_factor(view: View) -> View:
    """Mark a page that may be opened with the password alone."""
    view.before_second_factor = True  # type: ignore[attr-defined]
    return view


class SessionRules:
    """Ends old and idle sessions, and leads those that lack the second factor to where it is asked or set up."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        if not getattr(view, "login_required", True) or not request.user.is_authenticated:
            return None
        now = timezone.now()
        over = _over(request, now)
        if over:
            logout(request)
            messages.warning(request, over)
            return sent_to(request, reverse(settings.LOGIN_URL))
        _note_use(request, now)
        step = missing_step(request.user, request.session, timezone.localdate(now))
        request.waits_for = step
        if step and not getattr(view, "before_second_factor", False):
            return sent_to(request, reverse("web:code" if step == CODE else "web:enrol"))
        return None


def _over(request: Any, now: datetime) -> str:
    """Why the session has ended, "" where it has not."""
    age = now.timestamp() - request.session.get(BEGAN, now.timestamp())
    if age > settings.SESSION_COOKIE_AGE:
        return _("登录已满 12 小时，请重新登录。")
    idle = timedelta(seconds=now.timestamp() - request.session.get(SEEN, now.timestamp()))
    shortest = min(idle_limit(upper) for upper in (True, False))
    # Whose limit it is costs a query: asked only when it matters.
    if idle > shortest and idle > idle_limit(standing_of(request.user, timezone.localdate(now)).upper):
        return _("您较长时间没有操作，请重新登录。")
    return ""


def _note_use(request: Any, now: datetime) -> None:
    seconds = int(now.timestamp())
    request.session.setdefault(BEGAN, seconds)
    if seconds - request.session.get(SEEN, 0) >= _NOTE_SECONDS:
        request.session[SEEN] = seconds
