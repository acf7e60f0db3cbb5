"""The phone of somebody who is walked as: every address of phones is asked as their phone asks it."""

from __future__ import annotations

from typing import Any

from cast import AT

from wenqu.places.models import Account
from wenqu.survey.devices.queries import county_of
from wenqu.survey.devices.secrets import secret_digest
from wenqu.survey.models import Assignment, Device, Submission

# With a token in a header; the same of Collect come with it in the address.
HEADED = ("/phone/api/", "/x/")


def phone_for(account: Account) -> str:
    """The token of a phone of somebody, at their first duty, with a task in the first village there that is surveyed; "" for who works above the counties."""
    duty = account.duties.select_related("division").order_by("pk").first()
    county = county_of(duty.division) if duty is not None else None
    if duty is None or county is None:
        return ""
    token = f"wqd_walk{account.pk:040d}"
    Device.objects.get_or_create(token_digest=secret_digest(token), defaults={
        "account": account, "division": duty.division, "path": duty.division.path, "county": county, "name": "走查手机", "paired_at": AT})
    task = Assignment.objects.filter(path__startswith=duty.division.path).order_by("pk").first()
    if task is not None:
        Assignment.objects.get_or_create(round_id=task.round_id, account=account, division_id=task.division_id, defaults={"path": task.path})
    return token


def body_for(url: str) -> dict[str, Any] | None:
    """What the page sends where it sends JSON: it holds nothing yet, and asks of every record that there is."""
    if url == "/phone/api/changes":
        return {"have": {}}
    if url == "/phone/api/states":
        return {"instances": list(Submission.objects.order_by("pk").values_list("instance_id", flat=True)[:500])}
    return None
