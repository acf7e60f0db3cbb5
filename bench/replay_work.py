"""What `replay.py` does inside the product, each as a process of its own.

    replay_work.py prepare                    forms, rounds, a person and a phone for every village of the register
    replay_work.py write FOLDER PART PARTS    every record of a part of the villages through the intake; goes on where it was killed
    replay_work.py effects                    what follows from all of them
    replay_work.py totals                     prints what the generator made and what the database holds
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from survey_records import HOUSEHOLD_CHECK, PLAIN, template

GROUP, FOREVER = 200, date(2099, 12, 31)
# Every so-manieth household is one of these; all others are plain.
ELSEWHERE, TWICE, OTHER_CONTENT, PHOTO = 97, 89, 83, 1009


def answers(pk: int) -> dict[str, str]:
    """What somebody answered at a household: made of its number, so that totals can be worked out without the records."""
    persons, head = 1 + pk % 6, 20 + pk * 7 % 80
    return {**PLAIN, "persons": str(persons), "litres": str(persons * head), "litres_head": str(head), "short_days": str(1 + pk * 13 % 40), "spell": "1",
            "mode": "piped" if pk % 10 else "haul", "piped": "yes" if pk % 10 else "no", "photo": "tap.jpg" if pk % PHOTO == 0 else ""}


def told(household: int) -> Iterator[tuple[str, str, dict[str, str]]]:
    """The records of a household: (number, state that it should get, answers)."""
    given = answers(household)
    for _time in range(2 if household % TWICE == 0 else 1):
        yield f"uuid:replay-{household}", "quarantined" if household % ELSEWHERE == 0 else "accepted", given
    if household % OTHER_CONTENT == 0:
        yield f"uuid:replay-{household}", "quarantined", {**given, "persons": "9"}


def villages() -> list[tuple[int, str, int]]:
    """(key, path, key of the county) of every village with households, in one order."""
    from wenqu.households.models import Household  # noqa: PLC0415

    rows = Household.objects.values_list("division_id", "path", "county_id").distinct()
    return sorted(rows, key=lambda row: row[1])


def prepare() -> None:
    from django.utils import timezone  # noqa: PLC0415

    from wenqu.kit.audit import SYSTEM  # noqa: PLC0415
    from wenqu.places.actions import add_account, give_duty  # noqa: PLC0415
    from wenqu.places.models import Account, Division, Duty, Level, Role  # noqa: PLC0415
    from wenqu.survey.designing.actions import publish_shipped  # noqa: PLC0415
    from wenqu.survey.devices.secrets import secret_digest  # noqa: PLC0415
    from wenqu.survey.models import Assignment, Device, Form, FormVersion  # noqa: PLC0415
    from wenqu.survey.rounds.actions import plan_round  # noqa: PLC0415

    now = timezone.now()
    today = timezone.localdate(now)
    places = villages()
    for county in Division.objects.filter(level=Level.COUNTY, pk__in={row[2] for row in places}):
        if Account.objects.filter(username=f"replay-county-{county.pk}").exists():
            continue
        boss = add_account(username=f"replay-county-{county.pk}", password="bench-replay-2026", name="县里", by=SYSTEM, at=now)
        give_duty(account=boss, role=Role.COUNTY_DISPATCHER, division=county, from_on=today, by=SYSTEM, at=now)
        known = Form.objects.filter(division=county, form_id="household_check").exists()
        version = FormVersion.objects.filter(form__division=county, form__form_id="household_check").last() if known else publish_shipped(
            county=county, shipped="household-check", by=boss, at=now)
        row = plan_round(name="全省核查", form=version.form, division=county, from_on=today, to_on=FOREVER, by=boss, at=now)
        mine = [place for place in places if place[2] == county.pk]
        # Those who only survey do not sign in: they come in bulk.
        owners = Account.objects.bulk_create(
            [Account(username=f"replay-{village}", name=f"管水员{village}", password="!", date_joined=now) for village, _path, _county in mine], batch_size=2000)
        Duty.objects.bulk_create([Duty(account=owner, role=Role.VILLAGE_MANAGER, division_id=place[0], from_on=today) for owner, place in zip(owners, mine, strict=True)], batch_size=2000)
        Assignment.objects.bulk_create([Assignment(round=row, account=owner, division_id=place[0], path=place[1]) for owner, place in zip(owners, mine, strict=True)], batch_size=2000)
        Device.objects.bulk_create([
            Device(account=owner, division_id=place[0], path=place[1], county=county, name="红米", token_digest=secret_digest(f"replay-{place[0]}"), paired_at=now)
            for owner, place in zip(owners, mine, strict=True)], batch_size=2000)


class Writer:
    """One process that brings records in: read, placed and kept in groups, as the page servers do."""

    def __init__(self) -> None:
        from wenqu.survey.models import FormVersion  # noqa: PLC0415

        self.template = template(json.loads(FormVersion.objects.filter(form__form_id="household_check").order_by("pk")[0].plan), HOUSEHOLD_CHECK)
        self.written = 0

    def village(self, place: tuple[int, str, int], stranger: int) -> None:
        """All records of a village, by its own phone; some by that of another village."""
        from wenqu.households.models import Household  # noqa: PLC0415
        from wenqu.survey.devices.queries import device_of  # noqa: PLC0415

        own, other = device_of(f"replay-{place[0]}"), device_of(f"replay-{stranger}")
        group: list[Any] = []
        for pk in Household.objects.filter(division_id=place[0]).order_by("pk").values_list("pk", flat=True):
            for number, _state, given in told(pk):
                group.append(self._incoming(pk, number, given, other if pk % ELSEWHERE == 0 else own))
            if len(group) >= GROUP:
                self._keep(group)
        self._keep(group)

    def _incoming(self, pk: int, number: str, given: dict[str, str], device: Any) -> Any:
        from django.core.files.uploadedfile import InMemoryUploadedFile  # noqa: PLC0415
        from django.utils import timezone  # noqa: PLC0415

        from wenqu.survey.intake.files import take_in  # noqa: PLC0415
        from wenqu.survey.intake.placing import place_record  # noqa: PLC0415
        from wenqu.survey.intake.reading import read_record  # noqa: PLC0415
        from wenqu.survey.intake.rows import Part  # noqa: PLC0415
        from wenqu.survey.intake.together import Incoming  # noqa: PLC0415

        record, now = read_record(self.template.format(**given, household=pk, instance=number).encode()), timezone.now()
        files = []
        if given["photo"]:
            content = b"\xff\xd8\xff" + number.encode() * 500
            files = [("tap.jpg", take_in(InMemoryUploadedFile(BytesIO(content), None, "tap.jpg", "image/jpeg", len(content), None)))]
        return Incoming(Part(record, place_record(record, device, now), files), device, now)

    def _keep(self, group: list[Any]) -> None:
        from wenqu.survey.intake.grouping import turn  # noqa: PLC0415
        from wenqu.survey.intake.together import receive_together  # noqa: PLC0415

        if group:
            with turn():
                receive_together(group)
        self.written += len(group)
        group.clear()


def write(folder: Path, part: int, parts: int) -> None:
    """A village is written down as done after its last commit: one that was begun is sent again, which changes nothing."""
    places, note, writer = villages(), folder / f"part-{part}.json", Writer()
    mine = places[part::parts]
    done = json.loads(note.read_text())["villages"] if note.exists() else 0
    began = time.perf_counter()
    strangers = {county: [place[0] for place in places if place[2] == county] for county in {place[2] for place in places}}
    for number, place in enumerate(mine[done:], done + 1):
        near = strangers[place[2]]
        writer.village(place, near[(near.index(place[0]) + 1) % len(near)])
        note.with_suffix(".new").write_text(json.dumps({"villages": number, "of": len(mine)}))
        note.with_suffix(".new").rename(note)
    took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"written": writer.written, "seconds": took, "peak_mb": peak, "began_at": done, "villages": len(mine)}))


def effects() -> dict[str, Any]:
    from django.utils import timezone  # noqa: PLC0415

    from wenqu.survey.effects.keeping import tick  # noqa: PLC0415

    began, done, judged = time.perf_counter(), 0, 0
    while (now := tick(at=timezone.now())).taken or now.judged:
        done, judged = done + now.taken, judged + now.judged
    return {"taken": done, "judged": judged, "seconds": time.perf_counter() - began, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def main() -> None:
    from wenqu.kit.boot import start  # noqa: PLC0415

    start()
    if sys.argv[1] == "write":
        write(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    elif sys.argv[1] == "totals":
        from replay_totals import totals  # noqa: PLC0415

        print(json.dumps(totals()))
    else:
        print(json.dumps({"prepare": prepare, "effects": effects}[sys.argv[1]]()))


if __name__ == "__main__":
    main()
