from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from places import Places, places_in


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Places]:
    with places_in(tmp_path) as found:
        yield found
