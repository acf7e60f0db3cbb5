"""Waiting after failures, per name, per address and per second factor, so that nothing can be guessed by trying.

An attempt is charged before it is looked at, under a lock on its rows: of any number of guesses sent at the same
moment only so many are looked at as one after the other would be. Who was right is given back what he was charged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from unicodedata import normalize

from django.db import transaction

from wenqu.kit.crypto.seal import digest
from wenqu.people.models import Throttle

# Failures without a wait. A whole office may share one address: it gets more.
FREE = {"name": 5, "factor": 5, "address": 50}
FIRST, LONGEST = timedelta(seconds=30), timedelta(hours=1)
FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True)
class Guarded:
    """What failures are counted by. The table keeps a keyed digest of the text, never the text."""

    kind: str
    text: str

    @property
    def key(self) -> str:
        return digest(normalize("NFKC", self.text).strip().casefold() or "-", f"throttle.{self.kind}")


@dataclass(frozen=True)
class Charge:
    """`wait`: seconds to wait, the attempt may not be looked at. `lock`: the wait that this attempt began, should it fail."""

    wait: int = 0
    lock: int = 0


def pause(kind: str, failures: int) -> timedelta:
    """How long nothing may be tried after so many failures: none, then 30 s, 1 min, 2 min … up to an hour."""
    over = failures - FREE[kind]
    return min(FIRST * 2 ** min(over - 1, 12), LONGEST) if over > 0 else timedelta()


@transaction.atomic
def charge(whom: Iterable[Guarded], at: datetime) -> Charge:
    """Count one attempt as failed for each of these, unless one of them has to wait: then none is charged."""
    guarded = {each.key: each for each in whom}
    keys = sorted(guarded)
    Throttle.objects.bulk_create([Throttle(key=key, last_at=at) for key in keys], ignore_conflicts=True)
    rows = list(Throttle.objects.select_for_update().filter(key__in=keys).order_by("key"))
    if len(rows) < len(keys):  # swept away in between by `forget_old`
        return charge(whom, at)
    wait = max(ceil((row.until - at).total_seconds()) if row.until else 0 for row in rows)
    if wait > 0:
        return Charge(wait=wait)
    lock = timedelta()
    for row in rows:
        row.failures = 1 if row.last_at <= at - FORGOTTEN else row.failures + 1
        mine = pause(guarded[row.key].kind, row.failures)
        row.last_at, row.until = at, at + mine if mine else None
        row.save(update_fields=["failures", "last_at", "until"])
        lock = max(lock, mine)
    return Charge(lock=int(lock.total_seconds()))


@transaction.atomic
def give_back(name: Guarded, address: Guarded | None) -> None:
    """After a success: the name begins anew, and its own failures are taken off the address.

    The address does not begin anew: who has one account could otherwise guess at others for ever.
    """
    keys = sorted(each.key for each in (name, address) if each)
    rows = {row.key: row for row in Throttle.objects.select_for_update().filter(key__in=keys).order_by("key")}
    mine = rows[name.key].failures if name.key in rows else 0
    for key, row in rows.items():
        row.failures = 0 if key == name.key else max(0, row.failures - mine)
        row.until = None
        row.save(update_fields=["failures", "until"])


def forget_old(at: datetime) -> None:
    """Sweep what is a day old: names that nobody has are counted too, and would pile up."""
    Throttle.objects.filter(last_at__lte=at - FORGOTTEN).delete()
