"""What a phone holds of the register, in buckets that are sent anew as a whole when anything in them changed.

Nothing is remembered of a phone: it says what it has, by the hash of each bucket. So it is always right, whatever
was moved, masked or deleted meanwhile, and a download that was broken off goes on where it was.

``h/<village>/<n>.<b>``  households whose key leaves b when divided by n, ``s/<village>`` schemes, ``p/<village>`` problems, ``p/mine`` problems in the owner's hands.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from wenqu.survey.models import Device
from wenqu.survey.phone.problems import problems_of
from wenqu.survey.phone.reach import Reach
from wenqu.survey.phone.register import households_of, schemes_of

# On the average between half of this and this: a change sends one bucket, and no change asks about each.
ROWS = 64
# Of JSON in one answer, before it is packed: what a bad line carries before it breaks.
MOST_BYTES = 150_000


@dataclass(frozen=True)
class Bucket:
    """`text` is the JSON of its rows."""

    id: str
    text: str
    hash: str
    people: int

    @property
    def json(self) -> str:
        return f'{{"id":"{self.id}","hash":"{self.hash}","rows":{self.text}}}'


@dataclass(frozen=True)
class Change:
    """What one answer brings. `left`: how many buckets the next ones will bring."""

    buckets: list[Bucket]
    gone: list[str]
    left: int
    all: str

    @property
    def json(self) -> str:
        rows = ",".join(bucket.json for bucket in self.buckets)
        rest = {"gone": self.gone, "more": self.left > 0, "left": self.left, "all": self.all}
        return f'{{"buckets":[{rows}],{json.dumps(rest, separators=(",", ":"))[1:]}'

    @property
    def people(self) -> int:
        return sum(bucket.people for bucket in self.buckets)


def buckets_of(device: Device, reach: Reach, on: date) -> list[Bucket]:
    """Everything that a phone should hold on a day."""
    households = households_of(reach, on)
    schemes = schemes_of(reach, households, on)
    problems = problems_of(reach, device.account, device.path)
    made = [_bucket(name, rows, len(rows)) for village, all_rows in households.items() for name, rows in _parted(village, all_rows)]
    made += [_bucket(f"s/{village}", rows, 0) for village, rows in schemes.items()]
    made += [_bucket(f"p/{place}", rows, sum(row["subject"].startswith("household:") for row in rows)) for place, rows in problems.items()]
    return [bucket for bucket in made if bucket.text != "[]"]


def change_for(buckets: Iterable[Bucket], have: Mapping[str, Any] | None, everything: str) -> Change:
    """What to send to a phone that has these: whole buckets up to about MOST_BYTES, at least one. A phone that tells only
    the hash of all is told whether that is still so; where it is not, it says what it has and asks again."""
    wanted = {bucket.id: bucket for bucket in buckets}
    whole = digest("".join(f"{name}={bucket.hash};" for name, bucket in sorted(wanted.items())))
    if everything and everything == whole:
        return Change([], [], 0, whole)
    if have is None:
        return Change([], [], len(wanted) or 1, whole)
    missing = [bucket for name, bucket in wanted.items() if have.get(name) != bucket.hash]
    sent: list[Bucket] = []
    size = 0
    for bucket in missing:
        size += len(bucket.json.encode())
        if sent and size > MOST_BYTES:
            break
        sent.append(bucket)
    return Change(sent, [name for name in have if name not in wanted], len(missing) - len(sent), whole)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _parted(village: str, rows: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """By the key and not by the place in the list: a household that comes or goes changes one bucket."""
    parts = 1
    while len(rows) > ROWS * parts:
        parts *= 2
    for part in range(parts):
        yield f"h/{village}/{parts}.{part}", [row for row in rows if row["k"] % parts == part]


def _bucket(name: str, rows: list[dict[str, Any]], people: int) -> Bucket:
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return Bucket(name, text, digest(text), people)
