"""What a row of the ledger points at is looked up when the row is written, no longer when the transaction ends.

Division, checker and the organisation it was merged into are there before it. An import waited half a second for it at its
end; now the database looks while Python prepares the next rows. The constraints stay deferrable.
"""

from django.db import migrations

CONSTRAINTS = (
    "directory_organizati_checked_by_id_fe727ec2_fk_accounts_",
    "directory_organizati_division_id_5a1d16b6_fk_directory",
    "directory_organizati_merged_into_id_c8472de5_fk_directory",
)


def _all(when: str) -> str:
    return "\n".join(
        f"ALTER TABLE directory_organization ALTER CONSTRAINT {name} DEFERRABLE INITIALLY {when};"
        for name in CONSTRAINTS
    )


class Migration(migrations.Migration):
    dependencies = [("directory", "0012_fields_have_names")]

    operations = [migrations.RunSQL(_all("IMMEDIATE"), _all("DEFERRED"))]
