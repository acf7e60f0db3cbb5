"""Households and schemes of the villages of a phone, as short rows. A fixed number of queries, however many villages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, FilteredRelation, Q
from django.db.models.functions import Cast
from django.utils import timezone

from wenqu.facts.models import Fact, Key, SubjectKind
from wenqu.households.models import Household
from wenqu.households.showing import showing
from wenqu.kit.chunks import chunks
from wenqu.places.paths import village_of
from wenqu.places.scope import below
from wenqu.schemes.models import Scheme
from wenqu.survey.models import State, Submission
from wenqu.survey.openrosa.lists import MOST_ROWS
from wenqu.survey.phone.reach import Reach

Row = dict[str, Any]
_NAMES = {key.value: str(key.label) for key in Key}
# Keys in one query: under what the databases take.
_SOME = 10_000


def households_of(reach: Reach, on: date) -> dict[str, list[Row]]:
    """village -> its households by their keys. No telephone, no number of a person; names as the owner may see them.

    `w`: the day of the last visit, only of those whom the owner visits as their contact person.
    """
    there = Household.objects.filter(_in(reach.villages))
    rows = there.annotate(now=FilteredRelation("supplies", condition=Q(supplies__to_on=None)))
    told = ("pk", "path", "number", "head_name", "group_name", "people", "now__scheme_id", "grade__overall")
    found = list(rows.order_by("path", "pk").values_list(*told)[:MOST_ROWS])
    # Not by their keys: naming thousands of values costs more than finding the rows.
    facts = _facts(SubjectKind.HOUSEHOLD, there.values("pk"), on)
    checked = _checked([row[0] for row in found])
    shown = showing(reach.area)
    visited = reach.visits[1].last if reach.visits else {}
    out: dict[str, list[Row]] = {village: [] for village in reach.villages}
    for pk, path, number, head, group, people, scheme, overall in found:
        out[village_of(path)].append({
            "k": pk, "n": number, "h": shown.name(head, path), "g": group, "c": people, "s": scheme, "f": facts.get(pk, {}), "d": checked.get(pk, ""), "o": overall,
            **({"w": _day(visited[pk])} if pk in visited else {})})
    return out


def cut_of(reach: Reach) -> dict[str, int] | None:
    """How many households there are and how many of them a phone is given; None where it is given all."""
    there = Household.objects.filter(_in(reach.villages)).count()
    return {"all": there, "held": MOST_ROWS} if there > MOST_ROWS else None


def schemes_of(reach: Reach, households: dict[str, list[Row]], on: date) -> dict[str, list[Row]]:
    """village -> the schemes that lie there or serve a household there."""
    serving = {village: {row["s"] for row in rows if row["s"]} for village, rows in households.items()}
    wanted = Q(pk__in=set().union(*serving.values()))
    for village in reach.villages:
        wanted |= below(village)
    rows = Scheme.objects.filter(wanted).order_by("pk").values_list("pk", "number", "name", "scheme_class", "operator", "source_kind", "path")
    found = {row[0]: row for row in rows}
    facts = _facts(SubjectKind.SCHEME, list(found), on)
    out: dict[str, list[Row]] = {}
    for village in reach.villages:
        out[village] = [
            {"k": pk, "n": number, "name": name, "c": scheme_class, "o": operator, "q": source, "v": path, "f": facts.get(pk, {})}
            for pk, number, name, scheme_class, operator, source, path in found.values() if pk in serving[village] or path.startswith(village)
        ]
    return out


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _in(villages: list[str]) -> Q:
    condition = Q(pk__in=())
    for village in villages:
        condition |= below(village)
    return condition


def _facts(kind: SubjectKind, keys: Any, on: date) -> dict[int, dict[str, list[str]]]:
    """subject -> column -> [the newest value, the day it was observed]. What is known to be unknown is left out."""
    out: dict[int, dict[str, list[str]]] = defaultdict(dict)
    rows = Fact.objects.filter(subject_kind=kind, subject_id__in=keys, observed_on__lte=on, record__withdrawn_at=None)
    # The day as the text that it becomes. Of two observations of one day the one recorded later stands, as when it is judged.
    told = rows.annotate(day=Cast("observed_on", CharField())).order_by("observed_on", "record__recorded_at", "pk")
    for subject, key, value, day in told.values_list("subject_id", "key", "value", "day"):
        out[subject][_NAMES[key]] = [value, day]
    # In one order, whatever the order of recording: the same facts are the same bytes.
    return {subject: {name: pair for name, pair in sorted(known.items()) if pair[0] != ""} for subject, known in out.items()}


def _checked(keys: list[int]) -> dict[int, str]:
    """household -> the day of its last accepted check: a record of a form that takes no step in the ledger."""
    out: dict[int, str] = {}
    for subject, filled, received in _records(keys):
        day = timezone.localdate(min(filled, received) if filled else received).isoformat()
        key = int(subject.partition(":")[2])
        out[key] = max(day, out.get(key, ""))
    return out


def _records(keys: list[int]) -> Iterator[tuple[str, datetime | None, datetime]]:
    for some in chunks(keys, _SOME):
        rows = Submission.objects.filter(state=State.ACCEPTED, version__step="", subject__in=[f"household:{key}" for key in some])
        yield from rows.values_list("subject", "filled_at", "received_at")
