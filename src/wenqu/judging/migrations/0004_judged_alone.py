from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('judging', '0003_name_of_counts'),
    ]

    operations = [
        migrations.AddField(
            model_name='grade',
            name='judged_at',
            field=models.DateTimeField(null=True, verbose_name='单独评价时间'),
        ),
        migrations.AddField(
            model_name='grade',
            name='scheme_id',
            field=models.BigIntegerField(null=True),
        ),
    ]
