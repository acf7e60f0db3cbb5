"""Seal the phones of responsible persons, and the numbers kept for undoing imports and in their reports of wrong cells."""

import json
import re

from django.db import migrations, transaction

from wenqu.kit.crypto.first_time import forget_freed_pages, is_token, seal_column
from wenqu.kit.crypto.seal import seal

SEALED = {
    "households.Household": {"phone": "household.phone"},
    "households.Member": {"id_number": "member.id_number", "details": "member.details"},
    "schemes.Responsibility": {"phone": "responsibility.phone"},
}
NUMBER = re.compile(r"(?<!\d)\d[\d .-]{4,}[\dXx]")


def token_of(value, label):
    """The token of a value that was kept in clear; details were kept as an object."""
    text = (json.dumps(value, ensure_ascii=False) if value else "") if isinstance(value, dict) else value or ""
    return text if is_token(text) else seal(text, label)


def seal_changes(apps):
    chunk_model = apps.get_model("importing", "BatchChunk")
    for key in list(chunk_model.objects.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            chunk = chunk_model.objects.select_for_update().get(pk=key)
            touched = False
            for label, _key, fields in chunk.changes:
                for name in SEALED.get(label, {}) if fields else ():
                    if name in fields:
                        fields[name] = [token_of(value, SEALED[label][name]) for value in fields[name]]
                        touched = True
            if touched:
                chunk.save(update_fields=["changes"])


def mask_reports(apps):
    for batch in apps.get_model("importing", "Batch").objects.iterator():
        errors = batch.report.get("errors", ())
        for error in errors:
            error["raw"] = NUMBER.sub(lambda found: "*" * len(found[0]), error["raw"]) if error.get("raw") else error.get("raw")
        if errors:
            batch.save(update_fields=["report"])


def seal_all(apps, editor):
    seal_column("schemes_responsibility", "phone", "responsibility.phone")
    seal_changes(apps)
    mask_reports(apps)
    forget_freed_pages("schemes_responsibility", "importing_batchchunk", "importing_batch")


class Migration(migrations.Migration):

    atomic = False
    dependencies = [("schemes", "0002_sealed"), ("households", "0006_seal_values"), ("importing", "0003_chunk_counts")]
    operations = [migrations.RunPython(seal_all, migrations.RunPython.noop)]
