from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("key", models.CharField(max_length=40)),
                ("kind", models.CharField(max_length=10)),
            ],
        )
    ]
