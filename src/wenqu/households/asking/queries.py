"""What a department is answered: a few fields of the members whose household consented, and nothing of anybody else."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.http import Http404

from wenqu.households.consent.queries import valid_on
from wenqu.households.models import Member
from wenqu.households.showing import clear
from wenqu.jobs.models import Job
from wenqu.kit import masking
from wenqu.kit.figures import Figure, figures_of
from wenqu.places.models import Account
from wenqu.places.queries import names_of
from wenqu.places.scope import Area, within

PLACE = "department-answer"
LIST_JOB = "department_list"
MOST_LISTS = 30


def lists_of(account: Account) -> list[Job]:
    """The lists that somebody sent, newest first."""
    return list(Job.objects.filter(kind=LIST_JOB, by=account).order_by("-pk")[:MOST_LISTS])


def list_of(account: Account, pk: int) -> Job:
    job = Job.objects.filter(kind=LIST_JOB, by=account, pk=pk).first()
    if job is None:
        raise Http404
    return job


@dataclass(frozen=True)
class Answer:
    """All that is told of one member. `figures` are (label, text) of what other rooms offer, in their order."""

    household_id: int
    path: str
    name: str
    identity: str
    number: str
    place: str
    kind: str
    figures: tuple[tuple[str, str], ...]


def answers_to(digests: Collection[str], purpose: str, area: Area, on: date) -> dict[str, list[Answer]]:
    """Digest -> answers; digests without any answer are left out. The same queries however many are found."""
    found = within(Member.objects.filter(id_digest__in=list(digests), household__left_on=None), area, "household__path")
    members = list(found.filter(household__in=valid_on(purpose, on).values("household")).select_related("household").order_by("pk"))
    households = {member.household_id: member.household for member in members}
    places = names_of({household.path for household in households.values()})
    figures = figures_of(PLACE, list(households.values()))
    out: dict[str, list[Answer]] = {}
    for member in members:
        out.setdefault(member.id_digest, []).append(_answer(member, places, figures))
    return out


def _answer(member: Member, places: dict[str, str], figures: list[tuple[Figure, dict[int, str]]]) -> Answer:
    household = member.household
    return Answer(
        household_id=household.pk, path=household.path, name=member.name, identity=masking.identity(clear(member.id_number)),
        number=household.number, place=places.get(household.path, ""), kind=household.kind,
        figures=tuple((str(figure.label), read.get(household.pk, "")) for figure, read in figures),
    )
