"""Sheets are staged row by row; what was looked at but not written before starts anew."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0009_exports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE core_importbatch SET state = 'dropped' WHERE state IN ('open', 'waiting')",
            migrations.RunSQL.noop,
        ),
        migrations.RemoveField(
            model_name="importbatch",
            name="wrong",
        ),
        migrations.AddField(
            model_name="importbatch",
            name="acted_as",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="first_entry",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="last_entry",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="layout",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="problem",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="written",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="importfile",
            name="stopped",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="importbatch",
            name="state",
            field=models.CharField(
                choices=[
                    ("checking", "正在校对"),
                    ("unclear", "待对列"),
                    ("open", "待校对"),
                    ("waiting", "正在写入"),
                    ("written", "已写入"),
                    ("failed", "没有写入"),
                    ("dropped", "已取消"),
                    ("undoing", "正在撤回"),
                    ("undone", "已撤回"),
                ],
                default="checking",
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=8)),
                ("cells", models.JSONField(default=list)),
                ("twin", models.PositiveIntegerField(default=0)),
                ("wrong", models.JSONField(default=dict)),
                ("changes", models.JSONField(default=list)),
                ("object_id", models.PositiveBigIntegerField(blank=True, null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="core.importbatch",
                    ),
                ),
            ],
            options={
                "ordering": ("batch", "number"),
                "constraints": [models.UniqueConstraint(fields=("batch", "number"), name="import_row_once")],
            },
        ),
        migrations.CreateModel(
            name="KnownHeading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("register", models.SlugField(max_length=40)),
                ("head", models.CharField(max_length=60)),
                ("column", models.CharField(max_length=80)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(fields=("user", "register", "head"), name="known_heading_once")
                ],
            },
        ),
    ]
