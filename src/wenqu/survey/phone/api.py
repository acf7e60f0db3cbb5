"""What the phone page asks for, each by the token in its header. What it sends goes to the intake (`openrosa.submitting`)."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from wenqu.kit import audit
from wenqu.survey.designing.queries import version_of_county
from wenqu.survey.models import Device
from wenqu.survey.openrosa.listing import record_download
from wenqu.survey.phone.buckets import Change, buckets_of, change_for, digest
from wenqu.survey.phone.door import Unfit, answer, for_page, told_in
from wenqu.survey.phone.reach import reach_of
from wenqu.survey.phone.states import MOST_ASKED, states_of
from wenqu.survey.phone.tasks import told_of

_IMMUTABLE = "private, max-age=31536000, immutable"


@for_page("GET")
def tasks(request: HttpRequest, device: Device) -> HttpResponse:
    """Forms, rounds and villages. The tag is of all but the hour."""
    now = timezone.now()
    today = timezone.localdate(now)
    told = told_of(device, reach_of(device, today), today)
    tag = f'W/"{digest(json.dumps(told, ensure_ascii=False))}"'
    if tag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
    else:
        response = answer(request, json.dumps({"now": now.isoformat(timespec="seconds"), **told}, ensure_ascii=False, separators=(",", ":")))
    response.headers["ETag"] = tag
    patch_vary_headers(response, ("Authorization",))
    return response


@for_page("GET")
def form(request: HttpRequest, device: Device, pk: int) -> HttpResponse:
    """The plan of a version, old ones too: it never changes."""
    row = version_of_county(device.county_id, pk)
    if row is None:
        raise Http404
    return _kept(answer(request, row.plan))


@for_page("GET")
def table(request: HttpRequest, device: Device, pk: int, name: str) -> HttpResponse:
    """A CSV file that the county uploaded with a version: it never changes either. Those of the register the phone makes itself."""
    row = version_of_county(device.county_id, pk)
    found = row.tables.filter(name=name).first() if row is not None else None
    if found is None:
        raise Http404
    record_download(device, name, found.rows)
    response = answer(request, found.content.open())
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    return _kept(response)


@for_page("POST")
def changes(request: HttpRequest, device: Device) -> HttpResponse:
    """{"have": {bucket: hash}} -> what differs. {"all": what the last answer said} first costs a phone of many buckets less."""
    asked = told_in(request)
    have, everything = asked.get("have"), asked.get("all", "")
    if not isinstance(have, dict | None) or not isinstance(everything, str) or (have is None and not everything):
        raise Unfit
    now = timezone.now()
    today = timezone.localdate(now)
    change = change_for(buckets_of(device, reach_of(device, today), today), have, everything)
    if change.people:
        _record(change, device, now)
    return answer(request, change.json)


@for_page("POST")
def states(request: HttpRequest, device: Device) -> HttpResponse:
    """{"instances": [id]} -> what became of this phone's records; those that never came are left out."""
    asked = told_in(request).get("instances", [])
    if not isinstance(asked, list) or len(asked) > MOST_ASKED or not all(isinstance(each, str) for each in asked):
        raise Unfit
    return answer(request, json.dumps({"states": states_of(device, asked)}, ensure_ascii=False, separators=(",", ":")))


def _record(change: Change, device: Device, at: Any) -> None:
    """A download of people is written down; that nothing had changed is not."""
    audit.record(
        by=device.account, verb="download_list", at=at, subject=f"device:{device.pk}", path=device.path,
        detail={"file": "phone", "rows": change.people, "buckets": len(change.buckets)})


def _kept(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = _IMMUTABLE
    return response
