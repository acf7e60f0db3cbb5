"""Background jobs keep to the area of whoever asked, whatever their arguments name; files tell nothing of the outside."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from opening import clear

from area.test_walk import in_world, roles_at
from area.walker import unpacked
from area.world import AT, CANARY, FIRST_OUTSIDE, LEVELS, OUTSIDE_DIGITS, World
from wenqu.books.models import Comparison, Issue, Return
from wenqu.jobs import kinds
from wenqu.jobs.actions import run_job
from wenqu.jobs.models import Job, State
from wenqu.places.models import Account, Division
from wenqu.places.rights import RIGHTS, Right, Role
from wenqu.quality.models import Delivery
from wenqu.reports.ledgers.forms import LEDGER_CHOICES
from wenqu.survey.models import Round
from wenqu.watch.models import Scenario

# When a file was made stands in it.
MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?")
# kind -> arguments that point at something outside. A new kind must be added here.
ARGUMENTS: dict[str, Callable[[World, Division], Iterator[dict[str, Any]]]] = {
    "judge": lambda world, place: iter([{"division": place.pk, "pack": "national-2018", "as_of": "2026-03-01"}]),
    "export_ledger": lambda world, place: ({"kind": kind, "division": place.pk} for kind, _label in LEDGER_CHOICES),
    "import_check": lambda world, place: _batches(world),
    "import_write": lambda world, place: _batches(world),
    "import_undo": lambda world, place: _batches(world),
    "books_look": lambda world, place: _books(world, "comparison"),
    "books_compare": lambda world, place: _books(world, "comparison"),
    "books_issue": lambda world, place: _books(world, "issue"),
    "books_return": lambda world, place: _books(world, "return"),
    "export_round": lambda world, place: ({"round": row.pk} for row in Round.objects.filter(pk__gte=FIRST_OUTSIDE)[:2]),
    "watch_judge": lambda world, place: iter([{"division": place.pk, "as_of": "2026-03-01"}]),
    "watch_what_if": lambda world, place: ({"scenario": row.pk} for row in Scenario.objects.filter(pk__gte=FIRST_OUTSIDE)[:2]),
    "quality_read": lambda world, place: _deliveries(),
    "quality_take": lambda world, place: _deliveries(),
    "quality_review": lambda world, place: _deliveries(),
    "department_list": lambda world, place: iter([{"purpose": "civil", "stored": "asked-0"}]),
}


def _deliveries() -> Iterator[dict[str, Any]]:
    return ({"delivery": row.pk} for row in Delivery.objects.filter(pk__gte=FIRST_OUTSIDE)[:2])


def _batches(world: World) -> Iterator[dict[str, Any]]:
    return ({"batch": batch.pk} for batch in world.outside.get("batch", [])[:2])


def _books(world: World, name: str) -> Iterator[dict[str, Any]]:
    found = {"comparison": Comparison, "issue": Issue, "return": Return}[name]
    outside = [row.pk for row in world.outside.get("comparison", [])[:2]]
    keys = found.objects.filter(**{"pk__in" if name == "comparison" else "comparison__in": outside}).values_list("pk", flat=True)
    return ({name: pk} for pk in keys)


def run(kind: str, args: dict[str, Any], path: str, by: Account) -> Job:
    job = Job.objects.create(kind=kind, args=args, title="x", path=path, by=by, created_at=AT)
    run_job(job=job, clock=timezone.now)
    job.refresh_from_db()
    return job


def files() -> set[str]:
    return {str(path) for top in (settings.RESULTS_DIR, settings.RUNS_DIR, settings.UPLOADS_DIR) for path in top.rglob("*") if path.is_file()}


def test_every_kind_is_here() -> None:
    assert {kind for kind in kinds._kinds if not kind.startswith("test")} == set(ARGUMENTS)


@pytest.mark.django_db
@pytest.mark.parametrize("name", LEVELS)
def test_a_job_that_points_outside_is_refused_and_makes_no_file(name: str, caplog: pytest.LogCaptureFixture) -> None:
    def ask(world: World) -> int:
        places = [*world.outside["divisions"][:2], *world.chain[: world.inside.level - 1][-1:]]
        tried = 0
        for role in roles_at(name):
            for kind, arguments in ARGUMENTS.items():
                for place in places:
                    for args in arguments(world, place):
                        before = files()
                        with transaction.atomic():
                            # A department's list works where its job lies; the others where their arguments say.
                            job = run(kind, args, place.path if kind == "department_list" else world.inside.path, world.accounts[role])
                            assert (job.state, job.result_file) == (State.FAILED, ""), (role, kind, args)
                            assert CANARY not in job.message and "出错" not in job.message, (role, kind, job.message)
                            transaction.set_rollback(True)
                        assert files() == before, (role, kind)
                        tried += 1
        return tried

    assert in_world(name, 1, ask) > 10


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["county", "town", "village"])
def test_exported_files_tell_nothing_of_the_outside(name: str) -> None:
    """And are refused to who may not export."""

    def ask(world: World) -> dict[tuple[str, str], str]:
        found = {}
        for role in roles_at(name):
            for kind, _label in LEDGER_CHOICES:
                job = run("export_ledger", {"kind": kind, "division": world.inside.pk}, world.inside.path, world.accounts[role])
                assert (job.state == State.DONE) is (Right.EXPORT in RIGHTS[role]), (role, kind, job.message)
                found[role, kind] = unpacked(clear(settings.RESULTS_DIR / job.result_file).read()) if job.result_file else job.message
        return found

    rich, poor = in_world(name, 2, ask), in_world(name, 1, ask)
    for key, text in rich.items():
        assert CANARY not in text and OUTSIDE_DIGITS not in text, key
        assert MOMENT.sub("", text) == MOMENT.sub("", poor[key]), key
    assert any("内户1" in text for text in rich.values())
    if name == "county":
        assert rich[Role.COUNTY_DISPATCHER, "households"] != rich[Role.COUNTY_ADMIN, "households"], "phones whole and masked"
