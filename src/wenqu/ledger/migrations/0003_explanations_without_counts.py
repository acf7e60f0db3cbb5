import re

from django.db import migrations

_COUNT = re.compile(r"涉及 \d+ 户。$")


def take_out(apps, schema_editor):
    """The sentence of a scheme's problem told how many households it concerns, also to people who see only some of them."""
    Problem = apps.get_model("ledger", "Problem")
    for problem in Problem.objects.filter(subject_kind=2, explanation__contains="涉及 ").only("explanation").iterator():
        text = _COUNT.sub("", problem.explanation)
        if text != problem.explanation:
            Problem.objects.filter(pk=problem.pk).update(explanation=text)


class Migration(migrations.Migration):

    dependencies = [("ledger", "0002_initial")]

    operations = [migrations.RunPython(take_out, migrations.RunPython.noop)]
