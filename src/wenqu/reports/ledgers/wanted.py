"""What an export is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Wanted:
    """What an export is asked for beside its kind and place: the instant of its figures (None: now), and for problems
    the period in which they were found."""

    until: datetime | None = None
    since: date | None = None
    found_until: date | None = None

    def as_args(self) -> dict[str, str]:
        return {name: value.isoformat() for name, value in vars(self).items() if value is not None}

    @classmethod
    def of_args(cls, args: dict[str, str]) -> Wanted:
        until, since, found_until = (args.get(name) for name in ("until", "since", "found_until"))
        return cls(
            datetime.fromisoformat(until) if until else None, date.fromisoformat(since) if since else None,
            date.fromisoformat(found_until) if found_until else None,
        )


NOW = Wanted()
