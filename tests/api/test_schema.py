"""The specification is what the operations do: drawn requests find no server error and no answer that it does not tell of."""

from __future__ import annotations

import os
from typing import Any

import pytest
import schemathesis
from area.world import next_keys
from cast import AT
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, assume, settings
from schemathesis.config import SchemathesisConfig
from tokens import duty_of, token_for

from wenqu.api.security import wrong
from wenqu.api.views import specification
from wenqu.importing.models import Batch
from wenqu.jobs.actions import submit_job
from wenqu.kit.plain_words import holds_number
from wenqu.places.models import Division
from wenqu.wsgi import application

# More by hand: WENQU_API_EXAMPLES=300.
EXAMPLES = int(os.environ.get("WENQU_API_EXAMPLES", "10"))
ACCEPTED = ["2xx", "401", "403", "404", "409", "429"]
CONFIG = SchemathesisConfig.from_dict({
    "operations": [{
        # What is a workbook or a photo and what only drawn bytes cannot be said in a schema.
        "include-operation-id": each,
        "checks": {"positive_data_acceptance": {"expected-statuses": [*ACCEPTED, "422"]}},
    } for each in ("upload_import", "rectify_problem")],
})
schema = schemathesis.openapi.from_dict(dict(specification()), config=CONFIG)
schema.app = application


@pytest.fixture
def real(county, settings) -> dict[str, Any]:
    """A token that may write, and what there is: drawn keys alone would nearly always meet nothing."""
    settings.API_PER_MINUTE = 1_000_000
    cast = county.cast
    job = submit_job(kind="nothing", args={}, title="任务", path=cast.county.path, by=cast.chen, at=AT)
    batch = Batch.objects.create(
        division=cast.county, path=cast.county.path, kind="households", file_name="台账.xlsx", stored="x", sha256="0" * 64,
        observed_on="2026-02-01", created_at=AT,
    )
    return {
        "token": token_for(duty_of(cast.chen), may_write=True), "household": county.house_a.pk, "scheme": county.plant_b.pk,
        "problem": county.problem_b.pk, "run": county.run.pk, "job": job.pk, "batch": batch.pk,
        "division": cast.county.pk, "county": Division.objects.get(name="清泉县").pk,
    }


@pytest.fixture(autouse=True)
def _same_keys(db: None) -> None:
    """The same primary keys in every run, whatever tests ran before this one."""
    next_keys(1_000_000)


@pytest.fixture(autouse=True)
def _one_connection():
    """A real WSGI request closes connections around it; here it would close that of the test's own transaction."""
    ends = (request_started, request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    yield
    for end in ends:
        end.connect(close_old_connections)


@schema.parametrize()
@settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_conforms(case, real):
    for place in (case.path_parameters, case.query, case.body):
        if isinstance(place, dict):
            # Nothing of these is sent: the request is not the one that was drawn.
            assume(not any(value in ([], {}, None) for value in place.values()))
            # That free text holds no number of a person cannot be said in a schema either; tests/api/test_api_steps.py tries it.
            assume(not any(isinstance(value, str) and holds_number(value) for value in place.values()))
            # Every second drawn key becomes one that is there.
            place.update({name: real[name] for name, value in place.items() if name in real and type(value) is int and value > 0 and value % 2})
    # The checks send wrong tokens too, more than one address may.
    wrong.forget()
    case.call_and_validate(headers={"Authorization": f"Bearer {real['token']}"})
