"""Organisations are found by a part of their name, short name, code or initials through an index, at any number of rows."""

import django.contrib.postgres.indexes
from django.db import migrations

from shuanglian.core.searching import Pieces


class Migration(migrations.Migration):
    dependencies = [("directory", "0009_outside_units"), ("core", "0015_pieces_of_texts")]

    operations = [
        migrations.AddIndex(
            "organization",
            django.contrib.postgres.indexes.GinIndex(
                Pieces("name", "short_name", "uscc", "initials"), name="organization_said"
            ),
        ),
    ]
