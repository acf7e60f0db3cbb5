from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from cast import AT, Cast

from wenqu.importing.models import Batch
from wenqu.registers import actions

ON = date(2026, 2, 1)


@pytest.fixture
def receive(cast: Cast):
    """Take in a file for the county of the cast."""

    def receive_(path: Path, kind: str = "households", by=None, county=None, code_system="nbs", observed_on=ON, **more) -> Batch:
        return actions.receive_workbook(
            kind=kind, county=county or cast.county, file=path, file_name=path.name, code_system=code_system,
            observed_on=observed_on, by=by or cast.chen, at=AT, **more,
        )

    return receive_


@pytest.fixture
def check(receive, cast: Cast):
    """Take in and dry-run."""

    def check_(path: Path, kind: str = "households", **more) -> Batch:
        return actions.check_batch(batch=receive(path, kind, **more), by=cast.chen, at=AT)

    return check_


@pytest.fixture
def load(check, cast: Cast):
    """Take in, dry-run and import."""

    def load_(path: Path, kind: str = "households", **more) -> Batch:
        return actions.import_batch(batch=check(path, kind, **more), by=cast.chen, at=AT)

    return load_


@pytest.fixture
def undo(cast: Cast):
    def undo_(batch: Batch) -> Batch:
        return actions.undo_batch(batch=batch, by=cast.chen, at=AT)

    return undo_
