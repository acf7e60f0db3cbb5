"""Who sees evidence: whoever sees what it is about, wherever that lies by now. The rooms above tell for their subjects."""

from __future__ import annotations

from collections.abc import Callable

from wenqu.kit.addresses import number_in
from wenqu.places.scope import Area

# The path where the subject with this number lies, if somebody with this area sees it.
Sight = Callable[[int, Area], str | None]
_sights: dict[str, Sight] = {}


def offer_sight(prefix: str, sight: Sight) -> None:
    """Tell for the subjects «prefix:number», once, from `AppConfig.ready`."""
    _sights[prefix] = sight


def subject_seen(subject: str, area: Area) -> str | None:
    """The path of a subject that somebody with this area sees, as its room says. What no room tells of, nobody sees."""
    prefix, _colon, number = subject.partition(":")
    pk, sight = number_in(number), _sights.get(prefix)
    return sight(pk, area) if pk is not None and sight is not None else None
