"""Reads of the audit log, inside the area in which somebody may read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.dateparse import parse_date

from wenqu.kit.addresses import number_in
from wenqu.kit.audit import SYSTEM
from wenqu.kit.audit_rows import head, pending
from wenqu.kit.chain import BEGINNING, FIELDS, body_of, header_of, line_of
from wenqu.kit.chain_check import SELECTION
from wenqu.kit.models import AuditSeal
from wenqu.kit.moments import start_of
from wenqu.people.audit.words import FORMER, GUESSED, REFUSALS, VERBS, subject_of
from wenqu.places.models import Account, Duty
from wenqu.places.scope import Area, below

PAGE = 50
# What waits for its place is shown beside the first page: a second's worth, more only where nobody chains.
MOST_FRESH = 500
EXPORT_PAGE = 2000


@dataclass(frozen=True)
class Filters:
    """What the log is narrowed to. Unknown words narrow nothing."""

    who: str = ""
    verb: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None
    refused: bool = False

    @classmethod
    def read(cls, query: Any) -> Filters:
        verb = query.get("verb", "")
        return cls(
            who=query.get("who", "").replace("\0", "").strip()[:80], verb=verb if verb in VERBS or verb in FORMER or verb in GUESSED else "",
            subject=subject_of(query.get("subject", "")), since=_day(query.get("since", "")), until=_day(query.get("until", "")),
            refused=query.get("refused", "") == "1",
        )

    @property
    def told(self) -> dict[str, str]:
        """The filters for the log of looks: nothing that somebody typed freely."""
        return {
            "who": "1" if self.who else "", "verb": self.verb, "subject": self.subject, "refused": "1" if self.refused else "",
            "since": str(self.since or ""), "until": str(self.until or ""),
        }


def _day(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    # The first and the last days that there are have no midnight in every time zone.
    return found if found is not None and 1900 <= found.year < 3000 else None


def seen_in(area: Area, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of rows of the log (entries, or their seals) those that somebody with this area may read.

    An entry with a place is read where the place is. One without (a sign-in, an account) belongs to whoever acted: it
    is read where all duties of that person lie, past ones too; one of the system or of nobody known, only by those
    whose area holds every duty that there is.
    """
    if not area.paths:
        return rows.none()
    duties = Duty.objects.filter(account=OuterRef("actor_id"))
    inside = Exists(duties.filter(_lies_in(area, "division__path"))) & ~Exists(duties.exclude(_lies_in(area, "division__path")))
    mine = Q(inside)
    if not Duty.objects.exclude(_lies_in(area, "division__path")).exists():
        mine |= Q(actor_id__isnull=True) | ~Q(Exists(duties))
    return rows.filter(_lies_in(area, "path") & ~Q(path="") | Q(path="") & mine)


def _lies_in(area: Area, field: str) -> Q:
    return reduce(or_, (below(path, field) for path in area.paths))


def narrowed(rows: QuerySet[Any], filters: Filters) -> QuerySet[Any]:
    if filters.who:
        rows = rows.filter(_by(filters.who))
    if filters.verb:
        rows = rows.filter(verb=filters.verb)
    if filters.refused:
        rows = rows.filter(verb__in=REFUSALS)
    if filters.subject:
        rows = rows.filter(subject=filters.subject)
    if filters.since:
        rows = rows.filter(at__gte=start_of(filters.since))
    if filters.until:
        rows = rows.filter(at__lt=start_of(filters.until + timedelta(days=1)))
    return rows


def _by(who: str) -> Q:
    """Whose acts: a name as it is now, a user name, or the system."""
    if who == SYSTEM.name:
        return Q(actor_id__isnull=True, actor_name=who)
    return Q(actor_id__in=list(Account.objects.filter(Q(name=who) | Q(username=who)).values_list("pk", flat=True)[:50]))


def page_of(area: Area, filters: Filters, before: str) -> tuple[list[Any], int | None]:
    """One page, newest first, each entry with its place in the chain as `seq`; and the place where the next page begins.

    The first page begins with what was just written and has no place yet.
    """
    seals = narrowed(seen_in(area, AuditSeal.objects.all()), filters).select_related("entry").order_by("-seq")
    number = number_in(before)
    fresh: list[Any] = []
    if number is None:
        fresh = list(narrowed(seen_in(area, pending()), filters).order_by("-id")[:MOST_FRESH])
        for entry in fresh:
            entry.seq = None
    else:
        seals = seals.filter(seq__lt=number)
    found = list(seals[: PAGE + 1])
    for seal in found:
        seal.entry.seq = seal.seq
    return fresh + [seal.entry for seal in found[:PAGE]], found[PAGE - 1].seq if len(found) > PAGE else None


def selection(area: Area, filters: Filters, at: datetime) -> tuple[int, Iterator[bytes]]:
    """How many chained entries there are to export, and the lines of the file. Each line carries the digest before it,
    so that each can be checked by itself: what others did in between is not in the file."""
    chained = narrowed(seen_in(area, AuditSeal.objects.filter(seq__lte=head()[0])), filters)
    bounds = chained.aggregate(first=Min("seq"), last=Max("seq"))
    count, first, last = chained.count(), bounds["first"] or 0, bounds["last"] or 0

    def lines() -> Iterator[bytes]:
        yield header_of(SELECTION, first, BEGINNING, count=count, last=last, made_at=at.isoformat(), areas=list(area.paths))
        after = 0
        former = AuditSeal.objects.filter(seq=OuterRef("seq") - 1).values("digest")
        while after < last:
            page = chained.filter(seq__gt=after, seq__lte=last).order_by("seq")
            fields = (f"entry__{name}" for name in FIELDS)
            rows = list(page.values_list("seq", "digest", Subquery(former), *fields)[:EXPORT_PAGE])
            if not rows:
                return
            for seq, digest, before, *values in rows:
                yield line_of(body_of(seq, tuple(values)), digest, before or BEGINNING)
            after = rows[-1][0]

    return count, lines()
