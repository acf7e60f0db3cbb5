"""Surveys in a walked world: a form of the county, a round, who goes where, a phone, a code, a record that waits with a file."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

from wenqu.evidence.models import Evidence
from wenqu.households.models import Household
from wenqu.places.models import Account, Division, Level
from wenqu.survey.models import (
    Assignment,
    Attachment,
    Device,
    Doubled,
    Form,
    FormTable,
    FormVersion,
    Pairing,
    Round,
    Ruling,
    Submission,
)

AT = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
_PLAN = {
    "plan": 1, "nodes": [{"path": "/data/word", "kind": "text", "label": 0}], "lists": {}, "files": {}, "entities": [], "texts": [["题"]],
}


def furnish_survey(place: Division, county: Division, name: str, number: int, by: Account, home: Household | None, proof: Evidence) -> None:
    """One of everything at a place. The form is the county's: towns see it, so a county has one, whoever furnishes first."""
    form = Form.objects.filter(division=county).order_by("pk").first() or Form.objects.create(
        division=county, path=county.path, form_id=f"form{number}", title=f"{name}表单")
    version, fresh = FormVersion.objects.get_or_create(form=form, version="1", defaults={
        "title": form.title, "workbook": b"PK", "workbook_name": f"{form.title}.xlsx", "xform": "<html/>", "xform_hash": "0" * 32,
        "plan": json.dumps(_PLAN), "files": ["households.csv"], "by": by, "at": AT})
    if fresh:
        table = FormTable.objects.create(version=version, name="new", content=f"name,label\n1,{name}数据\n", hash=f"{number:032d}", rows=1)
        # Under its key, by which whoever walks would name it.
        FormTable.objects.filter(pk=table.pk).update(name=str(table.pk))
        FormVersion.objects.filter(pk=version.pk).update(files=["households.csv", str(table.pk)])
    row = Round.objects.create(
        division=place, path=place.path, name=f"{name}批次", form=form, from_on=date(2026, 1, 1), to_on=date(2099, 1, 1), by=by, at=AT)
    village = home.division if home is not None else place
    if village.level == Level.VILLAGE:
        Assignment.objects.create(round=row, account=by, division=village, path=village.path)
    device = Device.objects.create(
        account=by, division=place, path=place.path, county=county, name=f"{name}手机", token_digest=f"8{number:063d}", paired_at=AT)
    Pairing.objects.create(
        account=by, division=place, path=place.path, secret_digest=f"7{number:063d}", made_by=by, made_at=AT, until=AT + timedelta(days=900))
    record = Submission.objects.create(
        division=village, path=village.path, instance_id=f"uuid:{name}-{number}", sha256=f"{number:064d}",
        xml=f'<data id="{form.form_id}" version="1"><word>{name}答案</word></data>', form_id=form.form_id, form_version="1", version=version, round=row,
        device=device, account=by, subject=f"household:{home.pk}" if home is not None else "", state="quarantined", reasons=["round_ended"],
        received_at=AT, filled_at=AT)
    if home is not None:
        _two_of_one(record, home, name, number, by)
    _met_outside(village, county, name, number, by, device)
    Attachment.objects.create(submission=record, name=f"{name}.jpg", evidence=proof, received_at=AT)


def _two_of_one(record: Submission, home: Household, name: str, number: int, by: Account) -> None:
    """Two standing records of the household that say different things, the first of them ruled for."""
    rows = [
        Submission.objects.create(
            division=record.division, path=record.path, instance_id=f"uuid:{name}-{number}-{twin}", sha256=f"6{number:061d}{twin:02d}",
            xml=f'<data id="{record.form_id}" version="1"><word>{name}答案{twin}</word></data>', form_id=record.form_id, form_version="1", version=record.version,
            round=record.round, device=record.device, account=by, subject=record.subject, state="accepted", received_at=AT, filled_at=AT)
        for twin in range(2)
    ]
    told = {"division": record.division, "path": record.path, "subject": record.subject, "round": record.round}
    Doubled.objects.create(**told, records=2, newest=rows[1].pk, differing=1, open=0)
    Ruling.objects.create(**told, unit="/data/word", submission=rows[0], seen=[row.pk for row in rows], by=by, at=AT, why=f"{name}理由")


def _met_outside(village: Division, county: Division, name: str, number: int, by: Account, device: Device) -> None:
    """A household that the register does not know, listed where it was met."""
    form, _fresh = Form.objects.get_or_create(division=county, form_id="outside", defaults={"path": county.path, "title": "登记"})
    version, _fresh = FormVersion.objects.get_or_create(form=form, version="1", defaults={
        "title": form.title, "workbook": b"PK", "workbook_name": "outside.xlsx", "xform": "<html/>", "xform_hash": "1" * 32,
        "plan": json.dumps(_PLAN), "files": [], "step": "new_household", "by": by, "at": AT})
    Submission.objects.create(
        division=village, path=village.path, instance_id=f"uuid:outside-{name}-{number}", sha256=f"9{number:063d}",
        xml=f'<data id="outside" version="1"><head>{name}外户</head></data>', form_id="outside", form_version="1", version=version,
        device=device, account=by, state="accepted", received_at=AT, filled_at=AT)
