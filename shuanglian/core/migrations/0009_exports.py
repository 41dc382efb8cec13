import django.db.models.deletion
import shuanglian.core.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0008_suggestions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Export",
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
                ("acted_as", models.JSONField(default=list)),
                ("register", models.SlugField(max_length=40)),
                ("query", models.CharField(blank=True, max_length=1000)),
                ("form", models.CharField(max_length=4)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "正在排队"),
                            ("running", "正在生成"),
                            ("ready", "已做好"),
                            ("failed", "没有做成"),
                            ("dropped", "已取消"),
                            ("expired", "已过期"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("name", models.CharField(max_length=120, verbose_name="文件名")),
                ("path", models.CharField(blank=True, max_length=120)),
                ("size", models.PositiveBigIntegerField(default=0, verbose_name="大小")),
                ("expires", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
                "indexes": [models.Index(fields=["by", "register", "-id"], name="export_of_user")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("waiting", "running"))),
                        fields=("by", "register", "query", "form"),
                        name="export_once_at_a_time",
                    )
                ],
            },
        ),
    ]
