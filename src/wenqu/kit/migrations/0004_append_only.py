from django.db import migrations, models

from wenqu.kit import append_only


def install(apps, schema_editor):
    append_only.install(schema_editor.connection)


def remove(apps, schema_editor):
    append_only.remove(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('kit', '0003_chain_and_keys'),
    ]

    operations = [
        migrations.AlterField(
            model_name='auditentry',
            name='path',
            field=models.CharField(blank=True, max_length=40, verbose_name='区域'),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='verb',
            field=models.CharField(max_length=60, verbose_name='操作'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['verb', 'id'], name='audit_verb'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['subject', 'id'], name='audit_subject'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['path'], name='audit_path'),
        ),
        # Last: on SQLite the changes above make the table anew, and its triggers would be lost.
        migrations.RunPython(install, remove),
    ]
