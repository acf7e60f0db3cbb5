"""Tie evidence to the one step with which it came; until now it was found by the step's name, round and time."""

import re

from django.db import migrations

_OLD = re.compile(r"([a-z_]+):(\d+)")


def tie_to_steps(apps, _editor):
    Evidence, Step = apps.get_model("evidence", "Evidence"), apps.get_model("ledger", "Step")
    rows = Evidence.objects.filter(subject__startswith="problem:").exclude(about__startswith="step:")
    for pk, subject, about, at in list(rows.values_list("pk", "subject", "about", "at")):
        old = _OLD.fullmatch(about)
        if old is None:
            continue
        steps = Step.objects.filter(problem=int(subject.removeprefix("problem:")), transition=old[1], round=int(old[2]), at=at)
        version = steps.values_list("version", flat=True).first()
        if version is not None:
            Evidence.objects.filter(pk=pk).update(about=f"step:{version}")


class Migration(migrations.Migration):

    dependencies = [("ledger", "0011_words_of_the_packs"), ("evidence", "0001_initial")]

    operations = [migrations.RunPython(tie_to_steps, migrations.RunPython.noop)]
