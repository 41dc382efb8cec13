"""Seed the working-day table with every published year the calendar package knows from 2025 on."""

from django.db import migrations

from shuanglian.core.calendar import seed_year

FIRST = 2025
FURTHEST = 2040


def seed(apps, schema_editor):
    day_model = apps.get_model("core", "CalendarDay")
    for year in range(FIRST, FURTHEST):
        try:
            rows = seed_year(year)
        except NotImplementedError:
            break
        day_model.objects.bulk_create(
            day_model(day=row.day, is_workday=row.is_workday, note=row.note) for row in rows
        )


class Migration(migrations.Migration):
    dependencies = [("core", "0002_history_is_sealed")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
