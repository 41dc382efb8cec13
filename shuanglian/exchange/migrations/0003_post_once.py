"""A form posted twice makes one need."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_promises_are_kept")]

    operations = [
        migrations.AddField(
            model_name="need",
            name="token",
            field=models.UUIDField(editable=False, null=True, unique=True),
        ),
    ]
