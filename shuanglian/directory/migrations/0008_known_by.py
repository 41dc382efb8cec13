"""Rows of a sheet are known by their code or their name: both are found through an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0007_sorted_quickly")]

    operations = [
        migrations.AddIndex(
            model_name="organization",
            index=models.Index(fields=["county", "name"], name="organization_named"),
        ),
        migrations.AddIndex(
            model_name="organization",
            index=models.Index(fields=["county", "uscc"], name="organization_coded"),
        ),
    ]
