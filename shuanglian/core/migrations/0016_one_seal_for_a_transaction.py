"""What one transaction recorded is sealed once, when it commits; before, every line had a seal and an event of its own.

The statement that writes lines leaves their digests in ``core_unsealed``, one row for each run of consecutive numbers; its
trigger sees the lines while they are written, so a long list is hashed as it comes in, and nobody waits for it. When the
transaction commits, the first event takes all these rows, and only then the chain's lock: what is done under it is one
digest over digests, one insert and the head. Later events find nothing left.

``core_unsealed`` is not logged: what it holds belongs to transactions that are under way, and a crash ends those. Whatever
of it can be seen is one's own, because everybody else's rows are gone in the commit that would show them.

What the transaction has to do under that lock is less than it was: the head is guarded without calling a function while it
goes on, and digests, which no question looks for, have no index.

Seals made before stay as they are and are verified as before. Going back is refused once there are seals of the new kind:
they would have to be made anew, and the heads remembered outside the database would not be met again.
"""

from importlib import import_module

import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

EARLIER = import_module("shuanglian.core.migrations.0014_the_chain_has_a_head")

FORWARD = """
CREATE UNLOGGED TABLE core_unsealed (
    first bigint PRIMARY KEY,
    past bigint NOT NULL,
    digests bytea NOT NULL
);
ALTER TABLE core_unsealed ALTER digests SET STORAGE EXTERNAL;
ALTER TABLE core_seal ALTER digests SET STORAGE EXTERNAL;

CREATE FUNCTION core_note_lines() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF (SELECT count(*) FROM added) = 1 THEN  -- nearly always; grouping one line costs as much as recording it
        INSERT INTO core_unsealed (first, past, digests)
            SELECT e.id, e.id + 1, sha256(convert_to(core_entry_text(e), 'UTF8')) FROM added e;
        RETURN NULL;
    END IF;
    INSERT INTO core_unsealed (first, past, digests)
        SELECT min(id), max(id) + 1, string_agg(digest, '' ORDER BY id)
        FROM (
            SELECT id, digest, id - row_number() OVER (ORDER BY id) AS run
            FROM (SELECT e.id, sha256(convert_to(core_entry_text(e), 'UTF8')) AS digest FROM added e OFFSET 0) each
        ) numbered
        GROUP BY run;
    RETURN NULL;
END $$;

CREATE FUNCTION core_seal_lines() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    covered int8range[];
    said bytea;
    before text;
    after text;
BEGIN
    IF NOT EXISTS (SELECT FROM core_unsealed WHERE first = NEW.first) THEN
        RETURN NULL;
    END IF;
    WITH own AS (DELETE FROM core_unsealed WHERE first >= NEW.first RETURNING *)
        SELECT ARRAY(SELECT unnest(range_agg(int8range(first, past)))), string_agg(digests, '' ORDER BY first)
        INTO covered, said FROM own;
    PERFORM pg_advisory_xact_lock(140921);
    SELECT digest INTO STRICT before FROM core_chainhead;
    after := encode(sha256(convert_to(before, 'UTF8') || said), 'hex');
    INSERT INTO core_seal (lines, digests, previous, digest) VALUES (covered, said, before, after);
    UPDATE core_chainhead SET sealed = sealed + octet_length(said) / 32, digest = after WHERE id = 1;
    RETURN NULL;
END $$;

DROP TRIGGER entry_sealed ON core_entry;
DROP FUNCTION core_seal_entry();
CREATE TRIGGER entry_noted AFTER INSERT ON core_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION core_note_lines();
CREATE CONSTRAINT TRIGGER lines_sealed AFTER INSERT ON core_unsealed
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION core_seal_lines();

DROP TRIGGER head_goes_on ON core_chainhead;
DROP FUNCTION core_head_goes_on();
CREATE TRIGGER head_goes_on BEFORE UPDATE ON core_chainhead FOR EACH ROW
    WHEN (NEW.id <> OLD.id OR NEW.sealed <= OLD.sealed) EXECUTE FUNCTION core_append_only();
CREATE TRIGGER head_stays BEFORE DELETE ON core_chainhead FOR EACH ROW EXECUTE FUNCTION core_append_only();
"""

BACKWARD = f"""
DO $$ BEGIN
    IF EXISTS (SELECT FROM core_seal WHERE lines IS NOT NULL) THEN
        RAISE EXCEPTION 'core_seal holds seals of whole transactions: there is no way back that keeps them';
    END IF;
END $$;
DROP TRIGGER entry_noted ON core_entry;
DROP TABLE core_unsealed;
DROP FUNCTION core_seal_lines();
DROP FUNCTION core_note_lines();
{EARLIER.NOW}
CREATE CONSTRAINT TRIGGER entry_sealed AFTER INSERT ON core_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION core_seal_entry();

DROP TRIGGER head_stays ON core_chainhead;
DROP TRIGGER head_goes_on ON core_chainhead;
CREATE FUNCTION core_head_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.id = OLD.id AND NEW.sealed > OLD.sealed THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER head_goes_on BEFORE UPDATE OR DELETE ON core_chainhead
    FOR EACH ROW EXECUTE FUNCTION core_head_goes_on();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0015_pieces_of_texts")]

    operations = [
        migrations.AddField(
            "seal",
            "lines",
            django.contrib.postgres.fields.ArrayField(
                base_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(), null=True
            ),
        ),
        migrations.AddField("seal", "digests", models.BinaryField(null=True)),
        migrations.AlterField(
            "seal",
            "entry",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="seal",
                to="core.entry",
            ),
        ),
        migrations.RemoveConstraint("seal", "seal_digest_once"),
        migrations.AddConstraint(
            "seal",
            models.CheckConstraint(
                condition=models.Q(entry__isnull=False, lines=None, digests=None)
                | models.Q(entry=None, lines__isnull=False, digests__isnull=False),
                name="seal_of_a_line_or_of_several",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
