from __future__ import annotations

import pytest
from staff import make_staff


@pytest.fixture
def staff(cast):
    return make_staff(cast)
