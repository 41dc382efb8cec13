"""Organisations entered twice can be merged or told apart; a renewal can be put off."""

import django.db.models.deletion
import shuanglian.core.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0004_doubtful_codes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="branchhost",
            options={"ordering": ("pk",), "verbose_name": "党组织覆盖"},
        ),
        migrations.CreateModel(
            name="NotSame",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("county", models.CharField(max_length=6, verbose_name="县")),
                (
                    "created",
                    models.DateTimeField(
                        default=shuanglian.core.clock.now, editable=False, verbose_name="建立时间"
                    ),
                ),
                ("updated", models.DateTimeField(auto_now=True, verbose_name="更新时间")),
            ],
            options={
                "verbose_name": "不是同一家",
                "ordering": ("pk",),
            },
        ),
        migrations.RemoveConstraint(
            model_name="organization",
            name="organization_uscc_once",
        ),
        migrations.AddField(
            model_name="organization",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.organization",
                verbose_name="并入",
            ),
        ),
        migrations.AddField(
            model_name="partybranch",
            name="extended_to",
            field=models.DateField(blank=True, null=True, verbose_name="延期换届至"),
        ),
        migrations.AddField(
            model_name="partybranch",
            name="told_ahead_of",
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="partybranch",
            name="told_over_of",
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="organization",
            name="registration",
            field=models.CharField(
                choices=[
                    ("active", "在业"),
                    ("suspended", "停业"),
                    ("cancelled", "注销"),
                    ("moved", "迁出"),
                    ("merged", "已合并"),
                ],
                default="active",
                max_length=10,
                verbose_name="登记状态",
            ),
        ),
        migrations.AddConstraint(
            model_name="organization",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("uscc", ""), _negated=True), ("merged_into", None)),
                fields=("county", "uscc"),
                name="organization_uscc_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="organization",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("merged_into__isnull", False), ("registration", "merged")),
                    models.Q(models.Q(("registration", "merged"), _negated=True), ("merged_into", None)),
                    _connector="OR",
                ),
                name="organization_merged_somewhere",
            ),
        ),
        migrations.AddField(
            model_name="notsame",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="notsame",
            name="first",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="directory.organization"
            ),
        ),
        migrations.AddField(
            model_name="notsame",
            name="second",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="directory.organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="notsame",
            constraint=models.UniqueConstraint(fields=("first", "second"), name="not_same_once"),
        ),
        migrations.AddConstraint(
            model_name="notsame",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__lt", models.F("second"))), name="not_same_in_order"
            ),
        ),
    ]
