"""The divisions a county in Xinzhou works with: province, prefecture, its fourteen counties, Dingxiang's nine towns.

Codes and names as of 2023 (GB/T 2260 and the statistics codes); former names stay as aliases, because old sheets
keep coming. Another county adds its own townships with its data.
"""

from django.db import migrations

_AREAS = (
    ("140000", "山西省", "province", "", ()),
    ("140900", "忻州市", "prefecture", "140000", ()),
    ("140902", "忻府区", "county", "140900", ()),
    ("140921", "定襄县", "county", "140900", ()),
    ("140922", "五台县", "county", "140900", ()),
    ("140923", "代县", "county", "140900", ()),
    ("140924", "繁峙县", "county", "140900", ()),
    ("140925", "宁武县", "county", "140900", ()),
    ("140926", "静乐县", "county", "140900", ()),
    ("140927", "神池县", "county", "140900", ()),
    ("140928", "五寨县", "county", "140900", ()),
    ("140929", "岢岚县", "county", "140900", ()),
    ("140930", "河曲县", "county", "140900", ()),
    ("140931", "保德县", "county", "140900", ()),
    ("140932", "偏关县", "county", "140900", ()),
    ("140981", "原平市", "county", "140900", ()),
    ("140921100", "晋昌镇", "township", "140921", ("杨芳乡",)),
    ("140921101", "河边镇", "township", "140921", ()),
    ("140921102", "宏道镇", "township", "140921", ()),
    ("140921103", "季庄镇", "township", "140921", ("季庄乡",)),
    ("140921104", "蒋村镇", "township", "140921", ("蒋村乡",)),
    ("140921201", "南王乡", "township", "140921", ()),
    ("140921203", "神山乡", "township", "140921", ()),
    ("140921205", "受禄乡", "township", "140921", ("受录乡",)),
    ("140921400", "定襄县居民办事处", "township", "140921", ("居民办事处",)),
)


def seed(apps, schema_editor):
    Division = apps.get_model("directory", "Division")
    made = {}
    for code, name, level, parent, aliases in _AREAS:
        made[code], _ = Division.objects.get_or_create(
            code=code,
            defaults={"name": name, "level": level, "parent": made.get(parent), "aliases": list(aliases)},
        )


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
