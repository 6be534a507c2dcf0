"""The join of contracts and sites becomes a model that carries its provider and client."""

import django.db.models.deletion
from django.db import migrations, models

FILL = """
    update contracts_contract_sites joined set provider_id = contract.provider_id, client_id = contract.client_id
    from contracts_contract contract where contract.id = joined.contract_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0001_tables"),
        ("directory", "0003_skills_of_staff"),
        ("foundation", "0002_tables"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="ContractSite",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("contract", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contracts.contract")),
                        ("site", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="directory.site")),
                    ],
                    options={"db_table": "contracts_contract_sites", "unique_together": {("contract", "site")}},
                ),
                migrations.AlterField(
                    model_name="contract",
                    name="sites",
                    field=models.ManyToManyField(blank=True, related_name="contracts", through="contracts.ContractSite", to="directory.site"),
                ),
            ],
        ),
        migrations.AddField(
            model_name="contractsite",
            name="provider",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="foundation.provider"),
        ),
        migrations.AddField(model_name="contractsite", name="client_id", field=models.BigIntegerField(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        # The rows just filled wait for the check of their foreign key; the table cannot be altered before.
        migrations.RunSQL("set constraints all immediate; set constraints all deferred", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="contractsite",
            name="provider",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="foundation.provider"),
        ),
        migrations.AlterField(model_name="contractsite", name="client_id", field=models.BigIntegerField()),
    ]
