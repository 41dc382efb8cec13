"""A transaction with many lines seals them in one pass: the trigger of the first that is one too many seals all that follow.

The trigger fires when the transaction commits: then all its lines are there, and of the lines from this one on that can be
seen, those without a seal are its own, because everybody else's were sealed in the commit that showed them. The digests and
their order are what they were; the triggers of the lines in between find that nothing is left to do.

Two indexes that no question needs are gone: by kind alone (``entry_of_object`` begins with it) and of digests by pattern.
"""

import django.db.models.deletion
from django.db import migrations, models

SEAL = """
CREATE OR REPLACE FUNCTION core_seal_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    few CONSTANT int := 16;
    many CONSTANT int := 5000;
    previous text;
    sealed int;
    line record;
    entries bigint[];
    digests text[];
    last text;
BEGIN
    IF NEW.id <= nullif(current_setting('core.sealed_to', true), '')::bigint
       AND NEW.id >= nullif(current_setting('core.sealed_from', true), '')::bigint THEN
        RETURN NULL;
    END IF;
    previous := current_setting('core.last_seal', true);
    sealed := coalesce(nullif(current_setting('core.sealed', true), '')::int, 0);
    IF previous IS NULL OR previous = '' THEN
        PERFORM pg_advisory_xact_lock(140921);
        SELECT digest INTO previous FROM core_seal ORDER BY id DESC LIMIT 1;
        previous := coalesce(previous, '');
    END IF;
    last := previous;
    IF sealed < few THEN
        last := encode(sha256(convert_to(previous || '|' || core_entry_text(NEW), 'UTF8')), 'hex');
        INSERT INTO core_seal (entry_id, previous, digest) VALUES (NEW.id, previous, last);
        PERFORM set_config('core.last_seal', last, true), set_config('core.sealed', (sealed + 1)::text, true);
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT FROM core_seal WHERE entry_id = NEW.id) THEN
        RETURN NULL;
    END IF;
    -- planned anew each time: how many lines there are is not known before
    FOR line IN EXECUTE
        'SELECT e.id, core_entry_text(e) AS said FROM core_entry e WHERE e.id >= $1'
        ' AND NOT EXISTS (SELECT FROM core_seal s WHERE s.entry_id = e.id) ORDER BY e.id' USING NEW.id
    LOOP
        last := encode(sha256(convert_to(last || '|' || line.said, 'UTF8')), 'hex');
        entries := entries || line.id;
        digests := digests || last;
        IF cardinality(entries) = many THEN
            INSERT INTO core_seal (entry_id, previous, digest)
                SELECT e, lag(d, 1, previous) OVER (ORDER BY at), d
                FROM unnest(entries, digests) WITH ORDINALITY AS made (e, d, at) ORDER BY at;
            previous := last;
            entries := NULL;
            digests := NULL;
        END IF;
    END LOOP;
    INSERT INTO core_seal (entry_id, previous, digest)
        SELECT e, lag(d, 1, previous) OVER (ORDER BY at), d
        FROM unnest(entries, digests) WITH ORDINALITY AS made (e, d, at) ORDER BY at;
    PERFORM set_config('core.last_seal', last, true), set_config('core.sealed_from', NEW.id::text, true),
            set_config('core.sealed_to', line.id::text, true);
    RETURN NULL;
END $$;
"""

SEAL_BEFORE = """
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


class Migration(migrations.Migration):
    dependencies = [("core", "0012_wordings")]

    operations = [
        migrations.RunSQL(SEAL, SEAL_BEFORE),
        migrations.AlterField(
            "entry",
            "kind",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="contenttypes.contenttype",
            ),
        ),
        migrations.AlterField("seal", "digest", models.CharField(max_length=64)),
        migrations.AddConstraint(
            "seal", models.UniqueConstraint(fields=("digest",), name="seal_digest_once")
        ),
    ]
