from __future__ import annotations

from typing import Any

import pytest
from cast import AT, Cast

from evidence.files import photo, upload
from wenqu.evidence.actions import attach
from wenqu.evidence.models import Evidence
from wenqu.evidence.receiving import receive


@pytest.fixture
def give(cast: Cast):
    """Receive a file and attach it: give(content, name, subject=…, place=…)."""

    def give_(content: bytes | None = None, name: str = "IMG_1.jpg", *, subject: str = "problem:1", about: str = "rectify", place: Any = None,
              by: Any = None) -> Evidence:
        place = place or cast.village_a1
        return attach(
            received=receive(upload(photo() if content is None else content, name)), subject=subject, path=place.path, division_id=place.pk, about=about,
            by=by or cast.wang, at=AT,
        )

    return give_
