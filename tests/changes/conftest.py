from __future__ import annotations

import pytest

from changes.changing import Office, make_office


@pytest.fixture
def office(cast) -> Office:
    return make_office(cast)
