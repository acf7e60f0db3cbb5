"""What a request did already: sent again, it does nothing."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused
from wenqu.places.models import Account
from wenqu.watch.models import Act, Course


def done_before(course: Course, doing: str, key: str | None, by: Account) -> Act | None:
    """The act that this request made already. A key is of one request: another one that names it is refused."""
    done = Act.objects.filter(key=key).first() if key else None
    if done is not None and (done.course_id, done.doing, done.by_id) != (course.pk, doing, by.pk):
        raise Refused("key_used", _("这个请求编号已用于另一次办理，请刷新页面后重新提交"))
    return done
