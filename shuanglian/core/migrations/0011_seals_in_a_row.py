"""A transaction that seals many lines looks the last seal up once: after that the last one is its own.

It holds the chain's lock until it ends, so nobody can come between. Looking up for every line took a plan made for the table
as it was at the first: on a new installation the first long import read the whole table again for every line.
"""

from django.db import migrations

SEAL = """
CREATE OR REPLACE FUNCTION core_seal_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    previous text := current_setting('core.last_seal', true);
    sealed text;
BEGIN
    IF previous IS NULL OR previous = '' THEN
        PERFORM pg_advisory_xact_lock(140921);
        SELECT digest INTO previous FROM core_seal ORDER BY id DESC LIMIT 1;
        previous := coalesce(previous, '');
    END IF;
    sealed := encode(sha256(convert_to(previous || '|' || core_entry_text(NEW), 'UTF8')), 'hex');
    INSERT INTO core_seal (entry_id, previous, digest) VALUES (NEW.id, previous, sealed);
    PERFORM set_config('core.last_seal', sealed, true);
    RETURN NULL;
END $$;
"""

SEAL_BEFORE = """
CREATE OR REPLACE FUNCTION core_seal_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    previous text;
BEGIN
    PERFORM pg_advisory_xact_lock(140921);
    SELECT digest INTO previous FROM core_seal ORDER BY id DESC LIMIT 1;
    previous := coalesce(previous, '');
    INSERT INTO core_seal (entry_id, previous, digest) VALUES (
        NEW.id, previous,
        encode(sha256(convert_to(previous || '|' || core_entry_text(NEW), 'UTF8')), 'hex'));
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0010_import_rows")]

    operations = [migrations.RunSQL(SEAL, SEAL_BEFORE)]
