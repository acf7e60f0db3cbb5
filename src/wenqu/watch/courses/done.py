"""What a request did already: sent again, it does nothing."""

from __future__ import annotations

from wenqu.kit.refusal import check_same_request
from wenqu.places.models import Account
from wenqu.watch.models import Act, Course


def done_before(course: Course, doing: str, key: str | None, by: Account) -> Act | None:
    """The act that this request made already. A key is of one request: another one that names it is refused."""
    done = Act.objects.filter(key=key).first() if key else None
    check_same_request(done is None or (done.course_id, done.doing, done.by_id) == (course.pk, doing, by.pk))
    return done
