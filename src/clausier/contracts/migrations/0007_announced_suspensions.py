from django.db import migrations, models

BEGUN = "update contracts_servicesuspension set begun_at = recorded_at"
"""Until now every suspension began as it was recorded."""


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0006_continuations"),
    ]

    operations = [
        migrations.AddField(
            model_name="servicesuspension",
            name="begun_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunSQL(BEGUN, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="servicesuspension",
            index=models.Index(
                condition=models.Q(("begun_at", None), ("until_at", None)),
                fields=["from_at"],
                name="suspensions_to_begin",
            ),
        ),
    ]
