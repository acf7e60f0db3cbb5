from __future__ import annotations

import pytest
from judged import County, make_county


@pytest.fixture
def county(cast) -> County:
    return make_county(cast)
