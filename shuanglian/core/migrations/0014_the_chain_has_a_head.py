"""The last digest and the number of sealed lines are kept apart, in one row: a chain that lost its newest lines shows it.

A line is chained to the head, no longer to the newest seal found. The head is written where the seal is, under the lock
the transaction holds already. Seals and head are written with the rights of the tables' owner, so that the
application's own role needs none.
"""

from django.db import migrations, models

HEAD = """
INSERT INTO core_chainhead (id, sealed, digest)
    SELECT 1, count(*), coalesce((SELECT digest FROM core_seal ORDER BY id DESC LIMIT 1), '') FROM core_seal;

CREATE FUNCTION core_head_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.id = OLD.id AND NEW.sealed > OLD.sealed THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER head_goes_on BEFORE UPDATE OR DELETE ON core_chainhead
    FOR EACH ROW EXECUTE FUNCTION core_head_goes_on();
CREATE TRIGGER head_no_truncate BEFORE TRUNCATE ON core_chainhead
    FOR EACH STATEMENT EXECUTE FUNCTION core_append_only();
"""

HEAD_BEFORE = """
DROP TRIGGER head_no_truncate ON core_chainhead;
DROP TRIGGER head_goes_on ON core_chainhead;
DROP FUNCTION core_head_goes_on();
"""

SEAL = """
CREATE OR REPLACE FUNCTION core_seal_entry() RETURNS trigger LANGUAGE plpgsql {rights} AS $$
DECLARE
    few CONSTANT int := 16;
    many CONSTANT int := 5000;
    previous text;
    sealed_before int;
    made int := 0;
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
    sealed_before := coalesce(nullif(current_setting('core.sealed', true), '')::int, 0);
    IF previous IS NULL OR previous = '' THEN
        PERFORM pg_advisory_xact_lock(140921);
        {previous};
    END IF;
    last := previous;
    IF sealed_before < few THEN
        last := encode(sha256(convert_to(previous || '|' || core_entry_text(NEW), 'UTF8')), 'hex');
        INSERT INTO core_seal (entry_id, previous, digest) VALUES (NEW.id, previous, last);
        {one}
        PERFORM set_config('core.last_seal', last, true),
                set_config('core.sealed', (sealed_before + 1)::text, true);
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
        made := made + 1;
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
    {all}
    PERFORM set_config('core.last_seal', last, true), set_config('core.sealed_from', NEW.id::text, true),
            set_config('core.sealed_to', line.id::text, true);
    RETURN NULL;
END $$;
"""

NOW = SEAL.format(
    rights="SECURITY DEFINER SET search_path = public, pg_temp",
    previous="SELECT digest INTO STRICT previous FROM core_chainhead",
    one="UPDATE core_chainhead SET sealed = sealed + 1, digest = last WHERE id = 1;",
    all="UPDATE core_chainhead SET sealed = sealed + made, digest = last WHERE id = 1;",
)
BEFORE = SEAL.format(
    rights="",
    previous="SELECT coalesce((SELECT digest FROM core_seal ORDER BY id DESC LIMIT 1), '') INTO previous",
    one="",
    all="",
)


class Migration(migrations.Migration):
    dependencies = [("core", "0013_seals_in_one_pass")]

    operations = [
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("sealed", models.PositiveBigIntegerField()),
                ("digest", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="chainhead_is_one"),
                ],
            },
        ),
        migrations.RunSQL(HEAD, HEAD_BEFORE),
        migrations.RunSQL(NOW, BEFORE),
    ]
