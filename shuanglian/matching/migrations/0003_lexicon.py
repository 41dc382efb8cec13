"""How the trade talks becomes rows; the first are the entries that ship with the engine."""

from django.db import migrations, models
from django.db.models import Q

from shuanglian.matching.engine.lexicon import load


def fill(apps, schema_editor):
    entries = apps.get_model("matching", "LexiconEntry").objects
    entries.bulk_create(
        entries.model(
            key=entry.key,
            category=entry.category,
            service=entry.service,
            words="\n".join(entry.words),
            talk="\n".join(entry.talk),
        )
        for entry in load().entries
    )


class Migration(migrations.Migration):
    dependencies = [("matching", "0002_plan")]

    operations = [
        migrations.CreateModel(
            name="LexiconEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=12, unique=True, verbose_name="编号")),
                ("category", models.CharField(max_length=10, verbose_name="类别")),
                ("service", models.CharField(max_length=60, verbose_name="服务")),
                ("words", models.TextField(help_text="一行一个", verbose_name="资源里怎么写")),
                ("talk", models.TextField(help_text="一行一句", verbose_name="企业怎么说")),
                ("number", models.PositiveIntegerField(default=1, editable=False, verbose_name="第几次改")),
                ("in_use", models.BooleanField(default=True, verbose_name="使用中")),
            ],
            options={
                "verbose_name": "行话词条",
                "ordering": ("key",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(in_use=True), fields=("service",), name="service_described_once"
                    ),
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
