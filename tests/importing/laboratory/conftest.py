from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from wenqu.importing.laboratory.delivery import Delivery, reading
from wenqu.importing.laboratory.mapping import parse_lab_mapping
from wenqu.rulebook.quality.results.naming import names_of_all

Opened = Callable[..., Delivery]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Reads workbooks, each in a folder of its own, with a mapping as text."""
    with ExitStack() as stack:
        names, count = names_of_all(), 0

        def read(path: Path, mapping: str = "") -> Delivery:
            nonlocal count
            count += 1
            workdir = tmp_path / f"work{count}"
            workdir.mkdir()
            return stack.enter_context(reading(path, workdir, names, parse_lab_mapping(mapping, names)))

        yield read
