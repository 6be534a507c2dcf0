from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("failing", "0001_well")]
    operations = [
        migrations.RunSQL("alter table desk_ticket drop column number cascade; drop table failing_trace"),
        migrations.RunSQL("select 1 / 0"),
    ]
