from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("ledger", "0004_loop")]

    operations = [
        migrations.AddIndex(
            model_name='problem',
            index=models.Index(fields=['state', 'path', 'due_at'], name='problem_state_due'),
        ),
        migrations.AddIndex(
            model_name='problem',
            index=models.Index(condition=models.Q(('holder__isnull', False)), fields=['holder', 'due_at'], name='problem_holder'),
        ),
        migrations.AddIndex(
            model_name='problem',
            index=models.Index(condition=models.Q(('unit', ''), _negated=True), fields=['unit', 'due_at'], name='problem_unit'),
        ),
        migrations.AddIndex(
            model_name='problem',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='problem_due'),
        ),
        migrations.AddConstraint(
            model_name='problem',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('found', 'verified', 'assigned', 'suspended', 'rectified', 'checked'))), fields=('subject_kind', 'subject_id', 'kind'), name='one_live_problem', violation_error_message='该对象已有一个同类未关闭问题'),
        ),
        migrations.AddConstraint(
            model_name='problem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('state__in', ('found', 'verified', 'assigned', 'suspended', 'rectified', 'checked'))), models.Q(models.Q(('state__in', ('found', 'verified', 'assigned', 'suspended', 'rectified', 'checked')), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='closed_has_its_time'),
        ),
        migrations.AddConstraint(
            model_name='problem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'suspended'), _negated=True), models.Q(('due_at__isnull', True), ('suspended_until__isnull', False)), _connector='OR'), name='suspension_has_an_end'),
        ),
        migrations.AddConstraint(
            model_name='problem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'merged'), _negated=True), ('merged_into__isnull', False), _connector='OR'), name='merged_has_its_survivor'),
        ),
    ]
