"""Organisations by their kind and by the day they were checked: orders that people choose, at any number of rows."""

from django.db import migrations, models
from django.db.models import F


class Migration(migrations.Migration):
    dependencies = [("directory", "0006_rules")]

    operations = [
        migrations.AddIndex(
            "organization", models.Index(fields=["county", "kind", "id"], name="organization_by_kind")
        ),
        migrations.AddIndex(
            "organization",
            models.Index(
                F("county"),
                F("checked_on").desc(nulls_last=True),
                F("id").desc(),
                name="organization_by_check",
            ),
        ),
    ]
