"""Until when a time limit runs, as a column the database derives: it knows how many run on which days, and plans by it.

With three columns in the condition it took them for independent and was wrong by twenty times at a million limits.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0014_found_quickly")]

    operations = [
        migrations.AddField(
            "deadline",
            "running_until",
            models.GeneratedField(
                expression=models.Case(
                    models.When(met_on__isnull=True, dropped_on__isnull=True, then=models.F("due"))
                ),
                output_field=models.DateField(null=True),
                db_persist=True,
                verbose_name="正在计时到",
            ),
        ),
        migrations.AddIndex(
            "commitment",
            models.Index(
                fields=["unit", "-updated", "-id"],
                condition=models.Q(state="finished"),
                name="commitment_finished",
            ),
        ),
        migrations.AddIndex(
            "need",
            models.Index(
                fields=["county", "submitted_at", "id"],
                condition=models.Q(state="submitted"),
                name="need_to_review",
            ),
        ),
        migrations.RemoveIndex("deadline", "deadline_running"),
        migrations.AddIndex(
            "deadline",
            models.Index(
                fields=["county", "kind", "running_until"],
                condition=models.Q(running_until__isnull=False),
                name="deadline_running",
            ),
        ),
        migrations.RemoveIndex("deadline", "deadline_of_need"),
        migrations.AddIndex(
            "deadline",
            models.Index(
                fields=["need", "running_until"],
                include=["kind"],
                condition=models.Q(running_until__isnull=False),
                name="deadline_of_need",
            ),
        ),
        migrations.RemoveIndex("deadline", "deadline_by_day"),
        migrations.AddIndex(
            "deadline",
            models.Index(
                fields=["running_until", "need"],
                include=["kind", "county", "commitment"],
                condition=models.Q(running_until__isnull=False),
                name="deadline_by_day",
            ),
        ),
    ]
