"""What each state is called for each audience; nothing is called otherwise than the standard until the office says so."""

from django.db import migrations, models

import shuanglian.core.clock

STATES = {
    "need": (
        ("draft", "草稿"),
        ("submitted", "待审核"),
        ("returned", "退回补充"),
        ("booked", "待单位答复"),
        ("open", "待认领"),
        ("claimed", "待首次对接"),
        ("in_progress", "对接中"),
        ("done", "待评价"),
        ("closed", "已办结"),
    ),
    "offer": (
        ("draft", "草稿"),
        ("submitted", "待审核"),
        ("returned", "退回补充"),
        ("published", "开放中"),
        ("withdrawn", "已下架"),
    ),
    "commitment": (
        ("requested", "待答复"),
        ("active", "办理中"),
        ("withdrawn", "已撤回"),
        ("finished", "已完成"),
    ),
}
ID = {"auto_created": True, "primary_key": True, "serialize": False, "verbose_name": "ID"}


def seed(apps, schema_editor):
    word = apps.get_model("exchange", "StateWord")
    rows = [(kind, code, name) for kind, states in STATES.items() for code, name in states]
    for n, (kind, code, name) in enumerate(rows, start=1):
        word.objects.create(county="140921", kind=kind, code=code, name=name, position=n)


class Migration(migrations.Migration):
    dependencies = [("exchange", "0011_checks_before_a_step")]

    operations = [
        migrations.CreateModel(
            name="StateWord",
            fields=[
                ("id", models.BigAutoField(**ID)),
                ("county", models.CharField(max_length=6, verbose_name="县")),
                (
                    "created",
                    models.DateTimeField(
                        default=shuanglian.core.clock.now, editable=False, verbose_name="建立时间"
                    ),
                ),
                ("updated", models.DateTimeField(auto_now=True, verbose_name="更新时间")),
                (
                    "kind",
                    models.CharField(
                        "哪一类",
                        max_length=12,
                        choices=[("need", "需求"), ("offer", "共享资源"), ("commitment", "认领和预约")],
                    ),
                ),
                ("code", models.CharField(max_length=12)),
                ("name", models.CharField("标准说法", max_length=12)),
                ("public", models.CharField("对公众", max_length=12, blank=True)),
                ("enterprise", models.CharField("对企业", max_length=12, blank=True)),
                ("unit", models.CharField("对联盟单位", max_length=12, blank=True)),
                ("staff", models.CharField("对工作人员", max_length=12, blank=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "verbose_name": "状态说法",
                "ordering": ("position", "pk"),
                "constraints": [
                    models.UniqueConstraint(fields=("county", "kind", "code"), name="state_word_once")
                ],
            },
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
