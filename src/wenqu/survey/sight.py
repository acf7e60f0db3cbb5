"""Who sees the files of records: whoever decides of records where the record lies."""

from __future__ import annotations

from wenqu.evidence.sight import offer_sight
from wenqu.places.rights import Right
from wenqu.places.scope import Area, within
from wenqu.survey.models import Submission


def path_seen(pk: int, area: Area) -> str | None:
    """The path of a record that somebody with this area sees."""
    found: str | None = within(Submission.objects.filter(pk=pk), area.whole.may(Right.INTAKE)).values_list("path", flat=True).first()
    return found


def offer() -> None:
    offer_sight("submission", path_seen)
