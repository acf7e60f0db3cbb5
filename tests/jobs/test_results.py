"""Whose the file of a job is: whoever holds, over the whole of the job's area, the right that it was made under."""

from __future__ import annotations

import pytest
from cast import AT, Cast, _person
from django.conf import settings
from django.utils import timezone

from wenqu.jobs.actions import run_job, submit_job
from wenqu.jobs.models import Job, State
from wenqu.kit.audit import SYSTEM
from wenqu.kit.crypto.files import seal_file
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.places.actions import give_duty
from wenqu.places.models import Duty, Role
from wenqu.places.rights import RIGHTS, Right
from wenqu.reports.ledgers.actions import submit_export

AT_COUNTY = [Role.COUNTY_DISPATCHER, Role.COUNTY_REVIEWER, Role.COUNTY_ADMIN, Role.SUPERVISOR, Role.READER, Role.DEPARTMENT, Role.LABORATORY, Role.AUDITOR]


def made(cast: Cast, right: Right, path: str = "") -> Job:
    """A finished job of the county with a file."""
    settings.RESULTS_DIR.mkdir(parents=True, exist_ok=True)
    (settings.RESULTS_DIR / "a.xlsx").write_bytes(b"PK")
    return Job.objects.create(
        kind="export_ledger", title="台账", path=path or cast.county.path, by=cast.chen, created_at=AT, state=State.DONE,
        result_file="a.xlsx", result_name="台账.xlsx", result_right=right,
    )


@pytest.mark.parametrize("right", [Right.EXPORT, Right.EXPORT_PHONES])
@pytest.mark.parametrize("role", AT_COUNTY)
def test_list_page_and_download_agree(cast: Cast, sign_in, role, right) -> None:
    job = made(cast, right)
    client = sign_in(_person("sun", "孙", role, cast.county))
    may = right in RIGHTS[role]
    link = f"/jobs/{job.pk}/result/"
    if Right.JOBS not in RIGHTS[role]:
        assert {client.get(url).status_code for url in ("/jobs/", f"/jobs/{job.pk}/", link)} == {403}
        return
    for page in ("/jobs/", f"/jobs/{job.pk}/", f"/jobs/{job.pk}/progress/"):
        assert (link in client.get(page).content.decode()) is may, page
    if Right.EXPORT in RIGHTS[role]:
        assert (link in client.get("/exports/").content.decode()) is may
    answer = client.get(link)
    assert answer.status_code == (200 if may else 403)
    assert AuditEntry.objects.filter(verb="download_result").exists() is may
    if not may:
        told = f"没有“{right.label}”的权限"
        assert told in answer.content.decode() and told in client.get(f"/jobs/{job.pk}/").content.decode()


def test_a_right_held_over_a_part_of_the_job_is_not_enough(cast: Cast, sign_in) -> None:
    job = made(cast, Right.EXPORT)
    assert sign_in(cast.li).get(f"/jobs/{job.pk}/result/").status_code == 404
    person = _person("sun", "孙", Role.READER, cast.county)
    give_duty(account=person, role=Role.TOWN_STATION, division=cast.town_a, from_on=AT.date(), by=SYSTEM, at=AT)
    assert sign_in(person).get(f"/jobs/{job.pk}/result/").status_code == 404


def test_a_job_says_nothing_gives_the_strictest(cast: Cast) -> None:
    assert submit_job(kind="x", args={}, title="x", path="0001", by=None, at=AT).result_right == Right.EXPORT_PHONES


def test_an_export_names_the_right_of_what_it_shows(county) -> None:
    cast = county.cast
    ask = {"kind": "households", "division": cast.town_a, "at": AT}
    assert submit_export(**ask, area=cast.area(cast.chen), by=cast.chen).result_right == Right.EXPORT_PHONES
    assert submit_export(**ask, area=cast.area(cast.li), by=cast.li).result_right == Right.EXPORT


@pytest.fixture
def queued(settings):
    """Jobs wait until `run` runs them."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}

    def run(job: Job) -> Job:
        run_job(job=Job.objects.get(pk=job.pk), clock=timezone.now)
        job.refresh_from_db()
        return job

    return run


def test_who_gained_rights_while_the_job_waited_gets_a_file_of_those_rights(county, queued) -> None:
    """The file would show whole phones: whoever could fetch the masked one may not fetch it."""
    cast = county.cast
    job = submit_export(kind="households", division=cast.town_a, area=cast.area(cast.li), by=cast.li, at=AT)
    give_duty(account=cast.li, role=Role.COUNTY_DISPATCHER, division=cast.county, from_on=AT.date(), by=SYSTEM, at=AT)
    queued(job)
    assert (job.state, job.result_right, job.path) == (State.DONE, Right.EXPORT_PHONES, cast.county.path)


def test_who_lost_rights_while_the_job_waited_gets_the_masked_file(county, queued) -> None:
    cast = county.cast
    job = submit_export(kind="households", division=cast.town_a, area=cast.area(cast.chen), by=cast.chen, at=AT)
    Duty.objects.filter(account=cast.chen).update(role=Role.COUNTY_ADMIN)
    queued(job)
    assert (job.state, job.result_right) == (State.DONE, Right.EXPORT)
    assert AuditEntry.objects.get(verb="export_ledger").detail["phones"] == "masked"


@pytest.mark.parametrize("loss", ["ended", "closed"])
def test_who_lost_everything_while_the_job_waited_gets_nothing(county, queued, loss) -> None:
    cast = county.cast
    export = submit_export(kind="households", division=cast.county, area=cast.area(cast.chen), by=cast.chen, at=AT)
    judge = submit_job(kind="judge", args={"division": cast.county.pk, "pack": "national-2018", "as_of": "2026-03-01"}, title="x", path=cast.county.path, by=cast.chen, at=AT)
    if loss == "ended":
        Duty.objects.filter(account=cast.chen).update(to_on=AT.date())
    else:
        type(cast.chen).objects.filter(pk=cast.chen.pk).update(is_active=False)
    for job in (export, judge):
        queued(job)
        assert (job.state, job.result_file) == (State.FAILED, ""), job.kind
        assert "不在您的管辖区域内" in job.message
    assert not settings.RESULTS_DIR.exists()
    assert county.run.__class__.objects.count() == 1


def test_a_right_that_there_is_not_is_an_error(cast: Cast) -> None:
    from wenqu.jobs.permissions import check_can_fetch_result  # noqa: PLC0415

    with pytest.raises((ValueError, Refused)):
        check_can_fetch_result(Job(path=cast.county.path, result_right="nothing"), cast.area(cast.chen))


@pytest.mark.parametrize("how", ["changed", "cut", "no key", "gone"])
def test_a_file_that_does_not_open_is_told_in_words(cast: Cast, sign_in, how: str) -> None:
    job = made(cast, Right.EXPORT)
    file = settings.RESULTS_DIR / job.result_file
    seal_file(file, file)
    client, link, content = sign_in(cast.chen), f"/jobs/{job.pk}/result/", file.read_bytes()
    assert b"".join(client.get(link).streaming_content) == b"PK"
    spoiled = {"changed": content[:-1] + bytes([content[-1] ^ 1]), "cut": content[:12], "no key": content.replace(b"k1", b"k9", 1)}
    if how == "gone":
        file.unlink()
    else:
        file.write_bytes(spoiled[how])
    answer = client.get(link)
    assert answer.status_code == (404 if how == "gone" else 409)
    assert how == "gone" or "打不开" in answer.content.decode()
