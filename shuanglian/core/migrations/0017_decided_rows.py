"""Of a sheet the new rows as they were decided at the check, and what that was decided on."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0016_one_seal_for_a_transaction")]

    operations = [
        migrations.AddField("importbatch", "ground", models.CharField(blank=True, max_length=64)),
        migrations.CreateModel(
            name="ImportPiece",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("rows", models.TextField()),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pieces",
                        to="core.importbatch",
                    ),
                ),
            ],
            options={
                "ordering": ("batch", "number"),
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "number"), name="import_piece_once")
                ],
            },
        ),
    ]
