"""Who recorded a line and what kind of row it is about are looked up when it is written, no longer when the transaction ends.

Both are there long before. Of 100,000 lines the end of the transaction waited a second for it; now the database looks while
Python prepares the next. What the end still checks under the chain's lock is less. The constraints stay deferrable.
"""

from django.db import migrations

CONSTRAINTS = (
    "core_entry_actor_id_076b609e_fk_accounts_user_id",
    "core_entry_kind_id_92a9c9e9_fk_django_content_type_id",
)


def _all(when: str) -> str:
    return "\n".join(
        f"ALTER TABLE core_entry ALTER CONSTRAINT {name} DEFERRABLE INITIALLY {when};" for name in CONSTRAINTS
    )


class Migration(migrations.Migration):
    dependencies = [("core", "0017_decided_rows")]

    operations = [migrations.RunSQL(_all("IMMEDIATE"), _all("DEFERRED"))]
