"""The durable copy of the vectors, and the mark that the database itself sets when an offer changes.

The mark is the number of the changing transaction. A reader that remembers the oldest transaction still running when
it last looked (``pg_snapshot_xmin``) and asks for marks from there on misses nothing, in whatever order transactions
commit, and takes no lock. There is no approximate index: under the county filter exact search is faster and right.
"""

import django.db.models.deletion
import pgvector.django
from django.db import migrations, models
from django.db.models import Q

FORWARD = """
CREATE FUNCTION matching_mark(offer bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO matching_offervector (offer_id, county, number, changed, encoder, digest)
    SELECT id, county, 1, pg_current_xact_id()::text::bigint, '', '' FROM exchange_offer WHERE id = offer
    ON CONFLICT (offer_id) DO UPDATE
    SET number = matching_offervector.number + 1, changed = EXCLUDED.changed, county = EXCLUDED.county
$$;

CREATE FUNCTION matching_offer_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM matching_mark(NEW.id);
    RETURN NULL;
END $$;

CREATE FUNCTION matching_line_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM matching_mark(CASE WHEN TG_OP = 'DELETE' THEN OLD.offer_id ELSE NEW.offer_id END);
    RETURN NULL;
END $$;

CREATE TRIGGER offer_changed AFTER INSERT OR UPDATE ON exchange_offer
    FOR EACH ROW EXECUTE FUNCTION matching_offer_changed();
CREATE TRIGGER offer_line_changed AFTER INSERT OR UPDATE OR DELETE ON exchange_offeritem
    FOR EACH ROW EXECUTE FUNCTION matching_line_changed();
CREATE TRIGGER offer_township_changed AFTER INSERT OR UPDATE OR DELETE ON exchange_offer_divisions
    FOR EACH ROW EXECUTE FUNCTION matching_line_changed();

SELECT count(matching_mark(id)) FROM exchange_offer;
"""

BACKWARD = """
DROP TRIGGER offer_changed ON exchange_offer;
DROP TRIGGER offer_line_changed ON exchange_offeritem;
DROP TRIGGER offer_township_changed ON exchange_offer_divisions;
DROP FUNCTION matching_offer_changed();
DROP FUNCTION matching_line_changed();
DROP FUNCTION matching_mark(bigint);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("exchange", "0009_newest_first")]

    operations = [
        pgvector.django.VectorExtension(),
        migrations.CreateModel(
            name="OfferVector",
            fields=[
                (
                    "offer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="vector",
                        serialize=False,
                        to="exchange.offer",
                        verbose_name="共享资源",
                    ),
                ),
                ("county", models.CharField(max_length=6, verbose_name="县")),
                ("number", models.PositiveBigIntegerField(default=0, verbose_name="第几次变动")),
                ("changed", models.BigIntegerField(default=0)),
                ("vector", pgvector.django.HalfVectorField(blank=True, dimensions=512, null=True)),
                ("encoder", models.CharField(blank=True, max_length=40, verbose_name="编码器版本")),
                ("digest", models.CharField(blank=True, max_length=32, verbose_name="文本摘要")),
            ],
            options={
                "verbose_name": "资源向量",
                "ordering": ("pk",),
                "indexes": [
                    models.Index(fields=["county"], name="vector_of_county"),
                    models.Index(fields=["changed"], name="vector_by_change"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(vector=None) | (~Q(encoder="") & ~Q(digest="")),
                        name="vector_says_what_it_is_of",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
