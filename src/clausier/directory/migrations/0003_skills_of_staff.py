"""The join of staff and skills becomes a model that carries its provider."""

import django.db.models.deletion
from django.db import migrations, models

FILL = """
    update directory_staffprofile_skills joined set provider_id = profile.provider_id
    from directory_staffprofile profile where profile.id = joined.staffprofile_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0002_find_by_phone"),
        ("foundation", "0002_tables"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="StaffSkill",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("staffprofile", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="directory.staffprofile")),
                        ("skill", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="directory.skill")),
                    ],
                    options={"db_table": "directory_staffprofile_skills", "unique_together": {("staffprofile", "skill")}},
                ),
                migrations.AlterField(
                    model_name="staffprofile",
                    name="skills",
                    field=models.ManyToManyField(blank=True, related_name="staff", through="directory.StaffSkill", to="directory.skill"),
                ),
            ],
        ),
        migrations.AddField(
            model_name="staffskill",
            name="provider",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="foundation.provider"),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        # The rows just filled wait for the check of their foreign key; the table cannot be altered before.
        migrations.RunSQL("set constraints all immediate; set constraints all deferred", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="staffskill",
            name="provider",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="foundation.provider"),
        ),
    ]
