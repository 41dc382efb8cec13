"""A time limit knows the unit it presses, and figures beside the choices of the hall read nothing but an index.

The unit of a limit is the unit of its commitment: the database writes it with either row, so no act can forget to.
Whether a unit holds a need is one look into an index; without it the planner thinks that look forty times as dear.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

FOLLOW = """
UPDATE exchange_deadline d SET unit_id = c.unit_id FROM exchange_commitment c WHERE c.id = d.commitment_id;
CREATE FUNCTION exchange_limit_of_unit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.unit_id := (SELECT unit_id FROM exchange_commitment WHERE id = NEW.commitment_id);
    RETURN NEW;
END $$;
CREATE FUNCTION exchange_unit_of_limits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE exchange_deadline SET unit_id = NEW.unit_id WHERE commitment_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER deadline_of_unit BEFORE INSERT OR UPDATE OF commitment_id, unit_id ON exchange_deadline
    FOR EACH ROW EXECUTE FUNCTION exchange_limit_of_unit();
CREATE TRIGGER commitment_unit_changed AFTER UPDATE OF unit_id ON exchange_commitment
    FOR EACH ROW WHEN (OLD.unit_id <> NEW.unit_id) EXECUTE FUNCTION exchange_unit_of_limits();
"""
UNFOLLOW = """
DROP TRIGGER commitment_unit_changed ON exchange_commitment;
DROP TRIGGER deadline_of_unit ON exchange_deadline;
DROP FUNCTION exchange_unit_of_limits();
DROP FUNCTION exchange_limit_of_unit();
"""
BESIDE = ("entered_by", "source", "visibility", "organization", "category", "division", "urgency")


def counting(choice: str) -> list[migrations.operations.base.Operation]:
    """The index of a choice once more, with the id: who holds a need is asked by it."""
    name = f"need_by_{choice}"
    beside = tuple(column for column in BESIDE if column != choice)
    index = models.Index(fields=["county", choice, "state", "-opened_at", "-id"], include=beside, name=name)
    return [migrations.RemoveIndex("need", name), migrations.AddIndex("need", index)]


class Migration(migrations.Migration):
    dependencies = [("exchange", "0016_ledgers_by_number")]

    operations = [
        migrations.AddField(
            "deadline",
            "unit",
            models.ForeignKey(
                "directory.PartnerUnit",
                on_delete=django.db.models.deletion.PROTECT,
                null=True,
                editable=False,
                db_index=False,
                db_constraint=False,
                related_name="+",
                verbose_name="认领单位",
            ),
        ),
        migrations.RunSQL(FOLLOW, UNFOLLOW),
        migrations.AddIndex(
            "deadline",
            models.Index(
                fields=["unit", "running_until", "need", "id"],
                include=["kind", "county", "commitment"],
                condition=Q(running_until__isnull=False, unit__isnull=False),
                name="deadline_of_unit",
            ),
        ),
        migrations.RemoveIndex("deadline", "deadline_of_need"),
        migrations.AddIndex(
            "deadline",
            models.Index(
                fields=["need", "running_until", "id"],
                include=["kind"],
                condition=Q(running_until__isnull=False),
                name="deadline_of_need",
            ),
        ),
        migrations.RemoveIndex("deadline", "deadline_by_day"),
        migrations.AddIndex(
            "deadline",
            models.Index(
                fields=["running_until", "need", "id"],
                include=["kind", "county", "commitment"],
                condition=Q(running_until__isnull=False),
                name="deadline_by_day",
            ),
        ),
        migrations.AlterField(
            "commitment",
            "unit",
            models.ForeignKey(
                "directory.PartnerUnit",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="commitments",
                verbose_name="认领单位",
                db_index=False,
            ),
        ),
        migrations.AddIndex("commitment", models.Index(fields=["unit", "need"], name="commitment_held")),
        *counting("category"),
        *counting("division"),
        *counting("urgency"),
    ]
