from django.db import migrations


class Migration(migrations.Migration):
    operations = [
        migrations.RunSQL("create table failing_trace (a int); insert into failing_trace values (1)")
    ]
