"""One standing alarm and one problem with real evidence, made by the real actions; and the pages of each of the measured."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from wenqu.evidence.receiving import Received, receive
from wenqu.facts.models import SubjectKind
from wenqu.households.models import Household
from wenqu.ledger.loop import actions as loop
from wenqu.ledger.models import LIVE_STATES, Alarm, Problem
from wenqu.ledger.reporting.actions import report_problem
from wenqu.ledger.reporting.subjects import of_household, of_scheme
from wenqu.places.models import Account, Duty, Role
from wenqu.places.scope import area_of
from wenqu.schemes.models import Scheme

REPORTS, KIND = 10, "no_water"


def photo(seed: int) -> Received:
    """A photo of the size that a telephone takes."""
    picture = Image.effect_noise((1600, 1200), 40 + seed).convert("RGB")
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=60)
    return receive(SimpleUploadedFile(f"现场{seed}.jpg", file.getvalue(), content_type="image/jpeg"))


@transaction.atomic
def alarm_and_example(measured: dict[str, str], at: datetime) -> Problem:
    """Ten reports on the largest scheme of the county, once: an alarm stands, and their problem has been rectified, checked and returned."""
    county = measured["county"]
    standing = Alarm.objects.filter(cleared_at=None, path__startswith=county, subject_kind=SubjectKind.SCHEME).order_by("pk").first()
    if standing is not None:
        return Problem.objects.filter(subject_kind=SubjectKind.SCHEME, subject_id=standing.subject_id, kind=KIND, state__in=LIVE_STATES).latest("pk")
    busy = Problem.objects.filter(subject_kind=SubjectKind.SCHEME, kind=KIND).values("subject_id")
    scheme = Scheme.objects.filter(path__startswith=county).exclude(pk__in=busy).annotate(serves=Count("supplies")).order_by("-serves", "pk")[0]
    chen, he = (Account.objects.get(username=f"ledger-{who}") for who in ("county", "reviewer"))
    other = Duty.objects.filter(role=Role.COUNTY_DISPATCHER, division__path=county).exclude(account=chen).latest("pk").account
    # From one end of its pipes to the other: of one village they would be a second alarm.
    served = Household.objects.filter(supplies__scheme=scheme, supplies__to_on=None).order_by("path", "pk").values_list("pk", flat=True)
    households = Household.objects.filter(pk__in=served[:: max(len(served) // (REPORTS - 1), 1)][: REPORTS - 1])
    for subject in (of_scheme(scheme), *(of_household(each) for each in households)):
        report = report_problem(
            subject=subject, kind=KIND, way="household_report", words="昨晚起没有水", key=uuid.uuid4().hex, area=_area(chen), by=chen, at=at,
        )
    problem = report.problem
    loop.verify_problem(**_act(problem, chen, at), severity="major", note="水厂停电，属实")
    loop.assign_problem(**_act(problem, chen, at), level="county", holder=other, unit="", note="")
    loop.rectify_problem(**_act(problem, other, at), measures="架设临时电源", files=[photo(1), photo(2)])
    loop.check_problem(
        **_act(problem, he, at), visited_on=timezone.localdate(at), answer="satisfied", answer_note="晚上有水了", note="现场放水", files=[photo(3)],
    )
    loop.return_problem(**_act(problem, he, at), note="末梢仍然缺水，继续整改")
    return problem


def _area(account: Account) -> Any:
    return area_of(account, timezone.localdate())


def _act(problem: Problem, by: Account, at: datetime) -> dict[str, Any]:
    problem.refresh_from_db()
    return {"problem": problem, "version": problem.version, "key": uuid.uuid4().hex, "area": _area(by), "by": by, "at": at}


def statements(who: str, url: str) -> int:
    """How many SQL statements a page takes once the process is warm."""
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(Account.objects.get(username=f"ledger-{who}"))
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(url)
    assert answer.status_code == 200, (who, url, answer.status_code)
    return len(seen)


def pages_of(measured: dict[str, str], example: Problem, at: datetime) -> Iterator[tuple[str, str]]:
    """(who, address) of every page that is measured."""
    past = timezone.localdate(at) - timedelta(days=30)
    mine = Problem.objects.filter(path__startswith=measured["county"])
    middle = mine.order_by("-pk")[mine.count() // 2]
    for who in measured:
        yield who, "/"
    for who in ("village", "town", "county"):
        for query in ("", "?state=overdue", "?state=closed"):
            yield who, f"/problems/{query}"
        yield who, "/alarms/"
        yield who, "/area/"
        yield who, "/schemes/"
        yield who, "/households/"
    yield "county", f"/problems/?state=all&before={middle.pk}"
    yield "county", "/problems/?kind=bad_water&state=closed"
    yield "county", f"/problems/?at={past}"
    yield "county", f"/problems/{example.pk}/"
    yield "county", f"/alarms/{Alarm.objects.latest('pk').pk}/"
    for who in ("town", "county"):
        yield who, "/fixed/"
        yield who, f"/fixed/?at={past}"
    old = mine.filter(opened_at__lt=at - timedelta(days=40), version__gte=3).latest("pk")
    yield "county", f"/problems/{old.pk}/?at={past}"
    given = Problem.objects.filter(path__startswith=measured["county"], state="assigned").exclude(unit="").first()
    if given is not None:
        yield "reviewer", f"/problems/{given.pk}/"
