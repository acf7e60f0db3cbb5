from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "operations"))

from places import Place, Places, places_in  # noqa: E402

HAMMER = str(Path(__file__).with_name("hammer.py"))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Places, Place]]:
    with places_in(tmp_path_factory.mktemp("hammer")) as found:
        place = found.new()
        place.run(HAMMER, "prepare")
        yield found, place


@pytest.fixture
def county_of_its_own(prepared: tuple[Places, Place]) -> Place:
    """A small county in a database of its own, which other processes may hammer at."""
    places, place = prepared
    return places.copy(place)
