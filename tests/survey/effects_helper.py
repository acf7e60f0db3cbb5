"""Records that are taken in and have their effect, for tests: without the network, as the intake stores them."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from cast import AT

from survey.field import VERSION
from wenqu.evidence.received import Received
from wenqu.facts.queries import known_facts
from wenqu.households.models import Household
from wenqu.schemes.models import Scheme
from wenqu.survey.devices.actions import Paired
from wenqu.survey.effects.keeping import Done, tick
from wenqu.survey.intake.actions import Part, receive_part
from wenqu.survey.intake.placing import place_record
from wenqu.survey.intake.reading import read_record
from wenqu.survey.models import Submission

LATER = AT + timedelta(hours=1)
SOON = LATER + timedelta(seconds=2)


def xml_of(
    form_id: str, body: str, instance: str = "", *, version: str = VERSION, deprecated: str = "", end: str = "2026-03-01T09:12:00.000+08:00",
) -> bytes:
    """A record as Collect writes it."""
    meta = f"<instanceID>{instance or f'uuid:{uuid.uuid4()}'}</instanceID>" + (f"<deprecatedID>{deprecated}</deprecatedID>" if deprecated else "")
    ended = f"<end>{end}</end>" if end else ""
    return f'<data id="{form_id}" version="{version}">{ended}{body}<meta>{meta}</meta></data>'.encode()


def check_of(row: Household, instance: str = "", *, litres: object = "70", short: object = "3", extra: str = "", **rest: str) -> bytes:
    """A household check with the answers that become facts. Piped water: the way to a well is not asked."""
    body = (
        f"<household>{row.pk}</household><scheme_class>large</scheme_class><supply><persons>4</persons><mode>piped</mode></supply><quality><sensory_ok/></quality><piped>yes</piped>"
        f"<quantity><litres_household_day>{litres}</litres_household_day><litres_per_person_day>{litres}</litres_per_person_day><short_days>{short}</short_days></quantity>{extra}"
    )
    return xml_of("household_check", body, instance, **rest)


def send(phone: Paired, xml: bytes, at: datetime = LATER, files: tuple[tuple[str, Received], ...] = ()) -> Submission:
    device = phone.device
    record = read_record(xml)
    kept = receive_part(part=Part(record, place_record(record, device, at), files), device=device, by=device.account, at=at)
    return Submission.objects.get(pk=kept.pk)


def run(at: datetime = SOON) -> Done:
    """One round of the worker."""
    return tick(at=at)


def known(subject: Household | Scheme) -> dict[str, tuple[str, str]]:
    """column -> (value, day) of what is known of a subject itself."""
    kind = (1, subject.pk) if isinstance(subject, Household) else (2, subject.pk)
    return {name: (fact.value, fact.observed_on.isoformat()) for name, fact in known_facts([kind], as_of=LATER.date())[kind].items()}


def is_open(row: Submission) -> bool:
    """Whether something of a record is still to be done."""
    row.refresh_from_db()
    return row.effect_at is None or row.to_judge


__all__ = ["AT", "LATER", "SOON", "check_of", "is_open", "known", "run", "send", "xml_of"]
