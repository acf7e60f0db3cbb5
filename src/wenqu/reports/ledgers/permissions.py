"""Who may export what, and how much of personal numbers it shows."""

from __future__ import annotations

from wenqu.places.models import Division
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right
from wenqu.places.scope import Area


def check_can_export(division: Division, area: Area) -> None:
    check_may(Right.EXPORT, division.path, area)


def sees_whole_phones(division: Division, area: Area) -> bool:
    """Phones stand in full only in the files of the county's own roles; ID numbers in nobody's."""
    return area.may(Right.EXPORT_PHONES).covers(division.path)


def result_right(division: Division, area: Area) -> Right:
    """Without which right the file of an export by this area is not handed out to others either."""
    return Right.EXPORT_PHONES if sees_whole_phones(division, area) else Right.EXPORT


def holding_path(division: Division, area: Area) -> str:
    """The part of the exporter's area that holds the division.

    The job of an export belongs there, not to the division itself: a county's file shows phones that the people of a
    town do not see, so only those whose area holds the exporter's own may fetch it.
    """
    mine = area.may(result_right(division, area))
    return next(path for path in mine.paths if division.path.startswith(path))
