from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0015_open_of_assignee'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='ticketevent',
            index=models.Index(condition=models.Q(('kind__in', ('absorbed', 'appointment', 'merged', 'promise-changed', 'qualified', 'resumed', 'split', 'suspended', 'unmerged'))), fields=['provider', 'ticket'], name='events_that_bend'),
        ),
    ]
