from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("ledger", "0010_kept_packs")]

    operations = [
        migrations.AlterModelOptions("alarm", {"ordering": ("-id",), "verbose_name": "区域告警"}),
        migrations.AlterField("alarm", "number", models.CharField(max_length=30, unique=True, verbose_name="告警编号")),
        migrations.AlterField("problem", "level", models.CharField(blank=True, max_length=8, verbose_name="责任层级")),
        migrations.AlterField("problem", "severity", models.CharField(default="ordinary", max_length=8, verbose_name="程度")),
    ]
