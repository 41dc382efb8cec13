"""The words for industry codes of GB/T 4754-2017 that a forging county meets; staff add others in the dictionary."""

from django.db import migrations

_CLASSES = (
    ("3311", "金属结构制造"),
    ("3332", "金属压力容器制造"),
    ("3360", "金属表面处理及热处理加工"),
    ("3391", "黑色金属铸造"),
    ("3392", "有色金属铸造"),
    ("3393", "锻件及粉末冶金制品制造"),
    ("3394", "交通及公共管理用金属标牌制造"),
    ("3399", "其他未列明金属制品制造"),
    ("3415", "风能原动设备制造"),
    ("3422", "金属成形机床制造"),
    ("3423", "铸造机械制造"),
    ("3443", "阀门和旋塞制造"),
    ("3451", "滚动轴承制造"),
    ("3452", "滑动轴承制造"),
    ("3453", "齿轮及齿轮减、变速箱制造"),
    ("3459", "其他传动部件制造"),
    ("3481", "金属密封件制造"),
    ("3482", "紧固件制造"),
    ("3484", "机械零部件加工"),
    ("3489", "其他通用零部件制造"),
    ("3525", "模具制造"),
)


def seed(apps, schema_editor):
    Term = apps.get_model("core", "Term")
    for position, (code, name) in enumerate(_CLASSES):
        Term.objects.get_or_create(
            dictionary="industry",
            code=code,
            defaults={"name": name, "position": position, "note": "2017年版"},
        )


class Migration(migrations.Migration):
    dependencies = [("directory", "0002_divisions"), ("core", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
