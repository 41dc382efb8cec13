"""Ready-made reasons for asking a unit to take on a need."""

from django.db import migrations, models

REASONS = (
    ("办过同类的事", "您单位办过同类的事，企业也认可，请看能不能认领。"),
    ("离企业近", "企业就在您单位服务的乡镇，上门方便，请看能不能认领。"),
    ("请先答复", "企业等得急，接不了也请两个工作日内说一声，好找别的单位。"),
)


def seed(apps, schema_editor):
    template = apps.get_model("exchange", "ReplyTemplate")
    for n, (title, body) in enumerate(REASONS, start=1):
        template.objects.create(county="140921", occasion="propose", title=title, body=body, position=n)


class Migration(migrations.Migration):
    dependencies = [("exchange", "0006_renewals_asked")]

    operations = [
        migrations.AlterField(
            "replytemplate",
            "occasion",
            models.CharField(
                "用在",
                max_length=10,
                choices=[
                    ("return", "退回补充"),
                    ("close", "结束办理"),
                    ("message", "留言"),
                    ("decline", "谢绝"),
                    ("propose", "商请认领"),
                ],
            ),
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
