"""Checks before a step, with a few sensible ones; none of them is required."""

from django.db import migrations, models

import shuanglian.core.clock

CHECKS = (
    ("accept", "写清楚了要什么、要多少"),
    ("accept", "有联系人和电话，打得通"),
    ("accept", "内容里没有不便公开的个人信息和商业秘密"),
    ("close", "问过企业，企业知道这个结果"),
    ("close", "问过职能对口的单位"),
    ("deliver", "和企业说过办到了什么程度"),
)


def seed(apps, schema_editor):
    check = apps.get_model("exchange", "StepCheck")
    for n, (step, text) in enumerate(CHECKS, start=1):
        check.objects.create(county="140921", step=step, text=text, position=n)


class Migration(migrations.Migration):
    dependencies = [("exchange", "0010_needs_are_linked")]

    operations = [
        migrations.CreateModel(
            name="StepCheck",
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
                (
                    "step",
                    models.CharField(
                        "环节",
                        max_length=10,
                        choices=[("accept", "受理并开放"), ("close", "结束办理"), ("deliver", "报办结")],
                    ),
                ),
                ("category", models.CharField("类别", max_length=20, blank=True)),
                ("text", models.CharField("核对什么", max_length=60)),
                ("required", models.BooleanField("必须核对", default=False)),
                ("position", models.PositiveSmallIntegerField("次序", default=0)),
                ("version", models.PositiveSmallIntegerField("版本", default=1)),
                ("ended_on", models.DateField("停用日期", null=True, blank=True)),
            ],
            options={"verbose_name": "办前核对", "ordering": ("step", "position", "pk")},
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
