from __future__ import annotations

import pytest
from cast import Cast
from judged import County, make_county

from wenqu.api.security import limit_of, wrong


@pytest.fixture
def county(cast: Cast) -> County:
    return make_county(cast)


@pytest.fixture(autouse=True)
def _full_buckets():
    """Limits live as long as the process: each test begins with all of them unused."""
    limit_of.cache_clear()
    wrong.forget()
