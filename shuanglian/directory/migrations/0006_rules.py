"""The rules of handbook 2.2 as words of a dictionary: staff change a number, nobody changes code."""

from django.db import migrations

_DICTIONARY = "directory_rule"
_RULES = (
    ("term_committee", "5 年", "基层党委每届任期"),
    ("term_general", "3 年", "党总支每届任期"),
    ("term_branch", "3 年", "党支部每届任期"),
    ("remind_months", "6 个月", "任期届满前多久提醒换届"),
    ("extend_years", "1 年", "经上级批准，延期换届最长多久"),
    ("joint_most", "5 家", "联合支部一般最多覆盖几家单位"),
    ("members_least", "3 人", "正式党员满多少人，应当单独成立支部"),
    ("members_most", "50 人", "一个支部正式党员一般不超过多少人"),
    ("committee_from", "7 人", "正式党员满多少人，应当设支部委员会"),
    ("check_months", "12 个月", "企业信息多久核对一次"),
    ("contact_months", "6 个月", "多久没有联系，列入待联系的企业"),
)


def seed(apps, schema_editor):
    Term = apps.get_model("core", "Term")
    Term.objects.get_or_create(
        dictionary="dictionary", code=_DICTIONARY, defaults={"name": "党组织和台账规则"}
    )
    for position, (code, name, note) in enumerate(_RULES):
        Term.objects.get_or_create(
            dictionary=_DICTIONARY, code=code, defaults={"name": name, "note": note, "position": position}
        )


class Migration(migrations.Migration):
    dependencies = [("directory", "0005_merging_and_terms"), ("core", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
