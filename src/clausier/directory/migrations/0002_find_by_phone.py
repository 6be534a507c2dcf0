"""Find a contact by any figures of its numbers: the last ones as fast as the first."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations
from django.db.models import F


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_tables"), ("foundation", "0001_extensions")]

    operations = [
        migrations.RemoveIndex("contact", "directory_c_provide_766e9a_idx"),
        migrations.RemoveIndex("contact", "directory_c_provide_d8f7e1_idx"),
        migrations.AddIndex(
            "contact", GinIndex(OpClass(F("phone"), "gin_trgm_ops"), name="contact_phone_trgm")
        ),
        migrations.AddIndex(
            "contact", GinIndex(OpClass(F("mobile"), "gin_trgm_ops"), name="contact_mobile_trgm")
        ),
    ]
