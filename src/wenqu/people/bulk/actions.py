"""Add many people from one sheet: all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from wenqu.kit import audit
from wenqu.people.bulk.checking import Newcomer
from wenqu.people.invitations.actions import Link
from wenqu.people.persons.actions import add_person


@transaction.atomic
def add_people(*, people: Sequence[Newcomer], by: audit.Actor, at: datetime) -> list[Link]:
    """Add everybody with their duty; their links, in the order of the sheet. Each passes the checks of a single person."""
    links = []
    for person in people:
        added = add_person(name=person.name, username=person.username, duty=person.duty, reason="", by=by, at=at)
        assert added.link is not None
        links.append(added.link)
    audit.record(by=by, verb="add_people", at=at, detail={"people": len(links)})
    return links
