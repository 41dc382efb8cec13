"""Who looked at a contact stays written down; reply templates to start with."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER contactlook_append_only BEFORE UPDATE OR DELETE ON exchange_contactlook
    FOR EACH ROW EXECUTE FUNCTION core_append_only();
"""
REPLIES = (
    ("return", "写清数量和时间", "请补充需要的数量和最晚什么时候要，方便单位判断能不能接。"),
    ("return", "写清地点和联系人", "请补充在哪里办、找谁对接，电话写本人能接到的。"),
    ("return", "分成两项提", "这里有两件事，请分开写成两行，好让不同单位来接。"),
    ("close", "县内没有条件", "县内目前没有能办的单位和条件，已说明原因；有新的资源会再告诉您。"),
    ("close", "不符合政策", "按现行政策不能办理，依据已在说明里写明；政策有变化时可以重新提出。"),
    ("close", "转其他渠道", "这件事由其他渠道办理，办理单位和电话已写在说明里。"),
    ("decline", "本月已排满", "本月已经排满，可以改到下月，或转给别的单位。"),
    ("decline", "不是本单位职能", "这不是本单位的职能，建议转给主管单位办理。"),
    ("message", "约时间", "请告诉我们您方便的时间，我们上门对接。"),
)


def seed(apps, schema_editor):
    template = apps.get_model("exchange", "ReplyTemplate")
    for n, (occasion, title, body) in enumerate(REPLIES, start=1):
        template.objects.create(county="140921", occasion=occasion, title=title, body=body, position=n)


class Migration(migrations.Migration):
    dependencies = [("exchange", "0004_waiting_looks_replies")]

    operations = [
        migrations.RunSQL(FORWARD, "DROP TRIGGER contactlook_append_only ON exchange_contactlook"),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
