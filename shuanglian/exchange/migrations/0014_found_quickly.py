"""Words, numbers and pressing limits are found through indexes at any number of needs; hot tables are swept often.

``exchange_pairs`` gives the pairs of characters that stand next to each other: what an index of Chinese text can hold.
"""

import django.contrib.postgres.indexes
from django.db import migrations, models

PAIRS = """
CREATE FUNCTION exchange_pairs(title text, detail text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT COST 1000 AS $$
SELECT coalesce(array_agg(DISTINCT c[i] || c[i + 1]), '{}')
FROM (SELECT string_to_array(lower(title || ' ' || detail), NULL) AS c) text, generate_series(1, cardinality(c) - 1) i
$$
"""
# By default dead rows wait until a fifth of a table is dead: an index alone then no longer answers, and counting takes
# twenty times as long. These tables change with every step of the work.
HOT = ("exchange_need", "exchange_commitment", "exchange_deadline")
SWEPT = "ALTER TABLE {} SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02)"
USUAL = "ALTER TABLE {} RESET (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor)"

BESIDE = ("entered_by", "source", "visibility", "organization", "category", "division", "urgency")


def counting(name: str, *fields: str) -> list[migrations.operations.base.Operation]:
    """The index once more, with all that a count asks: who may see a row, and what it can be narrowed by."""
    beside = tuple(column for column in BESIDE if column not in fields)
    index = models.Index(fields=["county", *fields], include=beside, name=name)
    return [migrations.RemoveIndex("need", name), migrations.AddIndex("need", index)]


class Migration(migrations.Migration):
    dependencies = [("exchange", "0013_quarterly_agenda")]

    operations = [
        migrations.RunSQL(PAIRS, "DROP FUNCTION exchange_pairs(text, text)"),
        migrations.AddIndex(
            "need",
            django.contrib.postgres.indexes.GinIndex(
                models.Func("title", "detail", function="exchange_pairs"), name="need_said"
            ),
        ),
        migrations.AddIndex(
            "need",
            models.Index(fields=["number"], opclasses=("varchar_pattern_ops",), name="need_by_number"),
        ),
        *counting("need_hall", "state", "-opened_at", "-id"),
        *counting("need_by_category", "category", "state", "-opened_at"),
        *counting("need_by_division", "division", "state", "-opened_at"),
        *counting("need_by_urgency", "urgency", "state", "-opened_at"),
        *(migrations.RunSQL(SWEPT.format(table), USUAL.format(table)) for table in HOT),
    ]
