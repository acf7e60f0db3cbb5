"""Who sees evidence beside those in whose area it lies: whoever sees what it is about. The rooms above tell for their subjects."""

from __future__ import annotations

from collections.abc import Callable

from wenqu.kit.addresses import number_in
from wenqu.places.scope import Area

# Whether somebody with this area sees the subject with this number.
MaySee = Callable[[int, Area], bool]
_sights: dict[str, MaySee] = {}


def offer_sight(prefix: str, may_see: MaySee) -> None:
    """Tell for the subjects «prefix:number», once, from `AppConfig.ready`."""
    _sights[prefix] = may_see


def sees_subject(subject: str, area: Area) -> bool:
    """Whether the room of a subject says that somebody with this area sees it. What no room tells of, nobody sees by it."""
    prefix, _colon, number = subject.partition(":")
    pk, may_see = number_in(number), _sights.get(prefix)
    return pk is not None and may_see is not None and may_see(pk, area)
