"""Since when a problem is suspended is told by the step that suspended it."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("ledger", "0012_evidence_of_a_step")]

    operations = [migrations.RemoveField("problem", "suspended_at")]
