"""Ledgers stand in the order of their numbers, the newest first, whatever their size."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0015_running_until")]

    operations = [
        migrations.AddIndex(
            "need", models.Index(fields=["county", "-number", "-id"], name="need_by_county_number")
        ),
        migrations.AddIndex(
            "commitment", models.Index(fields=["county", "-number", "-id"], name="commitment_by_number")
        ),
    ]
