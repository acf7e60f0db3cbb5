from django.db import migrations, models

from wenqu.kit import append_only

FILL = """
UPDATE kit_auditseal SET (at, actor_id, actor_name, verb, subject, path) =
  (SELECT e.at, e.actor_id, e.actor_name, e.verb, e.subject, e.path FROM kit_auditentry e WHERE e.id = kit_auditseal.entry_id)
"""


def install(apps, schema_editor):
    append_only.install(schema_editor.connection)


def remove(apps, schema_editor):
    append_only.remove(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('kit', '0004_append_only'),
    ]

    operations = [
        migrations.RunPython(remove, install),
        migrations.RemoveIndex(model_name='auditentry', name='audit_actor'),
        migrations.RemoveIndex(model_name='auditentry', name='audit_verb'),
        migrations.RemoveIndex(model_name='auditentry', name='audit_subject'),
        migrations.RemoveIndex(model_name='auditentry', name='audit_path'),
        migrations.AlterField(model_name='auditentry', name='at', field=models.DateTimeField(verbose_name='时间')),
        migrations.AddField(model_name='auditseal', name='at', field=models.DateTimeField(null=True)),
        migrations.AddField(model_name='auditseal', name='actor_id', field=models.BigIntegerField(null=True)),
        migrations.AddField(model_name='auditseal', name='actor_name', field=models.CharField(default='', max_length=80), preserve_default=False),
        migrations.AddField(model_name='auditseal', name='verb', field=models.CharField(default='', max_length=60), preserve_default=False),
        migrations.AddField(model_name='auditseal', name='subject', field=models.CharField(default='', max_length=120), preserve_default=False),
        migrations.AddField(model_name='auditseal', name='path', field=models.CharField(default='', max_length=40), preserve_default=False),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(model_name='auditseal', name='at', field=models.DateTimeField()),
        migrations.AddIndex(model_name='auditseal', index=models.Index(fields=['at'], name='audit_at')),
        migrations.AddIndex(model_name='auditseal', index=models.Index(fields=['actor_id', 'seq'], name='audit_actor')),
        migrations.AddIndex(model_name='auditseal', index=models.Index(fields=['verb', 'seq'], name='audit_verb')),
        migrations.AddIndex(model_name='auditseal', index=models.Index(fields=['subject', 'seq'], name='audit_subject')),
        migrations.AddIndex(model_name='auditseal', index=models.Index(fields=['path', 'seq'], name='audit_path')),
        # Last: on SQLite the changes above make the tables anew, and their triggers would be lost.
        migrations.RunPython(install, remove),
    ]
