"""A word keeps what it was called and will be called; the six-haves, honours and the office are words of dictionaries."""

from django.conf import settings
from django.db import migrations, models

_WORDS = {
    ("six_have", "六有"): (
        ("place", "有场所"),
        ("facility", "有设施"),
        ("sign", "有标志"),
        ("flag", "有党旗"),
        ("books", "有书报"),
        ("rules", "有制度"),
    ),
    ("honor", "表彰类别"): (
        ("excellent_member", "优秀共产党员"),
        ("excellent_worker", "优秀党务工作者"),
        ("advanced_branch", "先进基层党组织"),
        ("excellent_owner", "优秀出资人"),
    ),
    ("honor_form", "表彰形式"): (("commend", "表彰"), ("praise", "通报表扬")),
    ("office", "机关名称"): (("committee", settings.SHUANGLIAN_OFFICE),),
}


def seed(apps, schema_editor):
    Term = apps.get_model("core", "Term")
    for (slug, title), words in _WORDS.items():
        Term.objects.get_or_create(dictionary="dictionary", code=slug, defaults={"name": title})
        for position, (code, name) in enumerate(words):
            Term.objects.get_or_create(
                dictionary=slug, code=code, defaults={"name": name, "position": position}
            )


class Migration(migrations.Migration):
    dependencies = [("core", "0011_seals_in_a_row")]
    operations = [
        migrations.AddField(
            model_name="term",
            name="wordings",
            field=models.JSONField(default=list, editable=False),
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
