"""Make history a legal record: no UPDATE, DELETE or TRUNCATE, and a hash chain written at commit.

The seal is written by a deferred constraint trigger. By then the transaction holds every row lock it will ever need,
so the chain's lock is the last one taken and can deadlock with nobody; the order of seals is the order of commits.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION core_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION core_entry_text(e core_entry) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT concat_ws('|', e.id, extract(epoch from e."when")::numeric(20, 6), e.actor_id, e.behalf, e.verb, e.kind_id,
                     e.object_id, e.changes::text, e.note)
$$;

CREATE FUNCTION core_seal_entry() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE ON core_entry
    FOR EACH ROW EXECUTE FUNCTION core_append_only();
CREATE TRIGGER entry_no_truncate BEFORE TRUNCATE ON core_entry
    FOR EACH STATEMENT EXECUTE FUNCTION core_append_only();
CREATE TRIGGER seal_append_only BEFORE UPDATE OR DELETE ON core_seal
    FOR EACH ROW EXECUTE FUNCTION core_append_only();
CREATE TRIGGER seal_no_truncate BEFORE TRUNCATE ON core_seal
    FOR EACH STATEMENT EXECUTE FUNCTION core_append_only();
CREATE CONSTRAINT TRIGGER entry_sealed AFTER INSERT ON core_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION core_seal_entry();
"""

BACKWARD = """
DROP TRIGGER entry_sealed ON core_entry;
DROP TRIGGER entry_append_only ON core_entry;
DROP TRIGGER entry_no_truncate ON core_entry;
DROP TRIGGER seal_append_only ON core_seal;
DROP TRIGGER seal_no_truncate ON core_seal;
DROP FUNCTION core_seal_entry();
DROP FUNCTION core_entry_text(core_entry);
DROP FUNCTION core_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
