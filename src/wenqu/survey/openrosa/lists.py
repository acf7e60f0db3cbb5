"""The CSV files that forms look things up in: the register, only where the owner of the phone surveys."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, Sum
from django.utils import timezone

from wenqu.changes.models import Change
from wenqu.changes.models import State as Done
from wenqu.households.models import Household
from wenqu.importing.models import Batch
from wenqu.kit import masking
from wenqu.places.paths import ancestors, county_of
from wenqu.places.queries import names_of
from wenqu.places.rights import Right
from wenqu.places.scope import Area, area_of, below
from wenqu.schemes.models import Scheme, Supply
from wenqu.survey.models import Device, State, Submission

# More than anybody can survey: a phone would not hold them either.
MOST_ROWS = 20_000
# Published: a county's form may look up any of them.
COLUMNS = {
    "households.csv": ("name", "label", "number", "village", "head", "group", "people", "scheme", "scheme_name", "scheme_class"),
    "schemes.csv": ("name", "label", "number", "village", "scheme_class", "operator", "source"),
}


def scope_of(device: Device, paths: Iterable[str]) -> tuple[list[str], Area]:
    """The places of a phone's tasks in which its owner still holds a duty that surveys, and the whole area of the owner."""
    whole = area_of(device.account, timezone.localdate())
    field = whole.may(Right.FIELD)
    return sorted({path for path in paths if field.covers(path)}), whole


def file_of(name: str, paths: list[str], area: Area, *, entities: bool = False) -> bytes:
    """A file of the register as bytes; the same as long as the register is. `entities`: with the version of each row."""
    # Before the rows: should an import come between, a phone takes them once more, and never keeps what is old.
    edits = _edits(paths) if entities else 0
    rows = list(LISTS[name](paths, area))
    columns = list(COLUMNS[name])
    versions = _versions(name, [row["name"] for row in rows], edits) if entities else {}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*columns, "__version"] if entities else columns)
    for row in rows:
        told = [row[column] for column in columns]
        writer.writerow([*told, versions.get(row["name"], 1)] if entities else told)
    return out.getvalue().encode()


def hash_of(content: bytes) -> str:
    """As the protocol writes it."""
    return f"md5:{hashlib.md5(content, usedforsecurity=False).hexdigest()}"


def present(name: str, keys: list[int], paths: list[str]) -> set[int]:
    """Which of these rows are still in a list."""
    model = Household if name == "households.csv" else Scheme
    rows = _below(model._default_manager.filter(pk__in=keys), paths)
    return set(rows.values_list("pk", flat=True))


def _households(paths: list[str], area: Area) -> Iterator[dict[str, str]]:
    rows = list(_below(Household.objects.all(), paths).order_by("path", "group_name", "head_name", "pk").only(
        "pk", "path", "number", "head_name", "group_name", "people")[:MOST_ROWS])
    served = {
        supply.household_id: supply.scheme
        for supply in _below(Supply.objects.filter(to_on=None), paths, "household__path").select_related("scheme")
    }
    places = names_of({row.path for row in rows})
    names = area.may(Right.WHOLE_NAMES)
    for row in rows:
        head = row.head_name if names.covers(row.path) else masking.name(row.head_name)
        scheme = served.get(row.pk)
        yield {
            # People of one village share names: the end of the number tells them apart.
            "name": str(row.pk), "label": " ".join(filter(None, (head, row.group_name, f"…{row.number[-4:]}"))), "number": row.number,
            "village": places.get(row.path, ""), "head": head, "group": row.group_name, "people": str(row.people or ""),
            "scheme": str(scheme.pk) if scheme else "", "scheme_name": scheme.name if scheme else "",
            "scheme_class": scheme.scheme_class if scheme else "",
        }


def _schemes(paths: list[str], area: Area) -> Iterator[dict[str, str]]:
    """The schemes that lie in these places."""
    rows = list(_below(Scheme.objects.all(), paths).order_by("path", "name", "pk")[:MOST_ROWS])
    places = names_of({row.path for row in rows})
    for row in rows:
        yield {
            "name": str(row.pk), "label": f"{row.name} {places.get(row.path, '')}", "number": row.number, "village": places.get(row.path, ""),
            "scheme_class": row.scheme_class, "operator": row.operator, "source": row.source_kind,
        }


LISTS: dict[str, Callable[[list[str], Area], Iterator[dict[str, str]]]] = {"households.csv": _households, "schemes.csv": _schemes}


def _below(rows: Any, paths: list[str], field: str = "path") -> Any:
    if not paths:
        return rows.none()
    condition = below(paths[0], field)
    for path in paths[1:]:
        condition |= below(path, field)
    return rows.filter(condition)


def _versions(name: str, keys: list[str], edits: int) -> dict[str, int]:
    """One, one more for every record that was taken of it (also where a later one stands in its place), and one more for every
    change of the register: a phone takes a row anew only with a higher version."""
    kind = "household" if name == "households.csv" else "scheme"
    told = Submission.objects.filter(state__in=(State.ACCEPTED, State.REPLACED), subject__in=[f"{kind}:{key}" for key in keys])
    taken = Counter(subject.partition(":")[2] for subject in told.values_list("subject", flat=True))
    return {key: 1 + taken[key] + edits for key in keys}


def _edits(paths: list[str]) -> int:
    """How often the register of these counties was changed. Its rows are changed by imports and by confirmed changes, and a row
    also shows what stands in others (its scheme, its village): so all rows of a county rise together, and for two queries."""
    counties = {county_of(path) for path in paths}
    above = {part for county in counties for part in ancestors(county)}
    batches = Batch.objects.filter(Q(path__in=above) | reduce(or_, (below(county) for county in counties), Q(pk__in=())))
    changes = _below(Change.objects.filter(state=Done.DONE), list(counties)).count()
    return int(batches.aggregate(all=Sum("writes"))["all"] or 0) + int(changes)
