"""Indexes for lists that stay as quick at a million needs: newest first, by urgency, by the day of a running limit."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("exchange", "0008_plain_names")]

    operations = [
        migrations.RemoveIndex("need", "need_hall"),
        migrations.AddIndex(
            "need",
            models.Index(
                fields=["county", "state", "-opened_at", "-id"],
                include=["entered_by", "source", "visibility"],
                name="need_hall",
            ),
        ),
        migrations.AddIndex("need", models.Index(fields=["county", "-opened_at", "-id"], name="need_newest")),
        migrations.AddIndex(
            "need",
            models.Index(
                fields=["-opened_at", "-id"],
                condition=Q(visibility="public", opened_at__isnull=False),
                name="need_newest_public",
            ),
        ),
        migrations.AddIndex(
            "need", models.Index(fields=["county", "urgency", "state"], name="need_by_urgency")
        ),
        migrations.AddIndex(
            "deadline",
            models.Index(
                fields=["due", "need"],
                include=["kind", "county", "commitment"],
                condition=Q(met_on=None, dropped_on=None),
                name="deadline_by_day",
            ),
        ),
    ]
