"""The table of Django's database cache: counters of failed sign-ins must be the same for every web process."""

from django.db import migrations

FORWARD = """
CREATE UNLOGGED TABLE core_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX core_cache_expires ON core_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0003_known_years")]

    operations = [migrations.RunSQL(FORWARD, "DROP TABLE core_cache")]
