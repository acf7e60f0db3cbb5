"""Keep with every duty profile the text of its pack, as it is now."""

from django.db import migrations, models


def keep_packs(apps, _editor):
    from wenqu.rulebook.duties import duty_pack, with_numbers
    from wenqu.rulebook.problems import PackError

    for profile in apps.get_model("ledger", "DutyProfile").objects.all():
        try:
            pack = duty_pack(profile.pack_id)
            if profile.numbers:
                pack = with_numbers(pack, profile.numbers, document=profile.document)
        except PackError:
            # A pack that is no longer there, or not with these numbers: the county works by the base pack until it sets another.
            continue
        profile.text, profile.digest = pack.text, pack.digest
        profile.save(update_fields=["text", "digest"])


class Migration(migrations.Migration):

    dependencies = [("ledger", "0009_counted")]

    operations = [
        migrations.AddField("dutyprofile", "text", models.TextField(default=""), preserve_default=False),
        migrations.AddField("dutyprofile", "digest", models.CharField(max_length=64, default=""), preserve_default=False),
        migrations.RunPython(keep_packs, migrations.RunPython.noop),
    ]
