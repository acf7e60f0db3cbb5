from django.db import migrations, models


class Migration(migrations.Migration):
    """Files made before are for those who see whole phones: nobody wrote down what they hold."""

    dependencies = [("jobs", "0003_tries")]

    operations = [
        migrations.AddField(
            model_name="job", name="result_right", field=models.CharField(default="export_phones", max_length=20),
        ),
    ]
