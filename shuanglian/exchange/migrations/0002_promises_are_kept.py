"""Append-only tables of the exchange, autovacuum for its hot ones, the first rules and words."""

from django.db import migrations

APPEND_ONLY = ("delivery", "confirmation", "closure", "reopening", "feedback", "message", "listissue")
HOT = ("need", "needitem", "commitment", "deadline")

FORWARD = "\n".join(
    [
        f"""
CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON exchange_{name}
    FOR EACH ROW EXECUTE FUNCTION core_append_only();
CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON exchange_{name}
    FOR EACH STATEMENT EXECUTE FUNCTION core_append_only();"""
        for name in APPEND_ONLY
    ]
    + [
        f"ALTER TABLE exchange_{name} SET (autovacuum_vacuum_scale_factor = 0.02, "
        "autovacuum_analyze_scale_factor = 0.02);"
        for name in HOT
    ]
)
BACKWARD = "\n".join(
    f"DROP TRIGGER {name}_append_only ON exchange_{name}; DROP TRIGGER {name}_no_truncate ON exchange_{name};"
    for name in APPEND_ONLY
)

CATEGORIES = (
    ("ZC", "政策资金", "奖补、专项资金、税费优惠等政策的解读和申报"),
    ("RC", "人才用工", "招工、引才、实习输送、职称"),
    ("JN", "技能培训", "工种培训、取证、等级认定、业务实训"),
    ("FL", "法律服务", "法律咨询、纠纷调处、诉讼、权益保护"),
    ("AH", "安全环保", "安全生产、消防、治安、环保、节能"),
    ("JR", "金融信贷", "贷款、担保、转贷、保险"),
    ("KJ", "科技创新", "工艺攻关、产学研、数字化、专利"),
    ("ZL", "质量标准", "检验检测、认证、标准、食品安全、商标"),
    ("SC", "市场拓展", "展会、电商、供需对接、宣传、物流寄递"),
    ("DK", "党课宣讲", "党课、党务、党建品牌、群团组建、出资人教育"),
    ("WT", "文体场地", "场馆、会议室、文艺、图书"),
    ("GY", "志愿公益", "志愿服务、帮扶、捐赠、关爱职工"),
    ("YL", "医疗健康", "体检、义诊、急救、健康证、医保"),
    ("JC", "基础设施", "水电气路网、用地、厂房、住房、公交"),
    ("ZW", "政务服务", "登记审批、年检、入学、证照代办"),
)
MEASURES = ("次", "场", "人", "件", "份", "元", "万元", "项", "天", "家", "台", "吨", "个", "亩", "度")

# Working days: handbook 4.3 (R-anchors of the field, chosen for this county).
RULES = (
    ("accept", False, 2),
    ("claim", False, 5),
    ("first_contact", False, 3),
    ("resolve", False, 15),
    ("resolve", True, 30),
    ("confirm", False, 10),
)


def seed(apps, schema_editor):
    term = apps.get_model("core", "Term")
    for n, (code, name, note) in enumerate(CATEGORIES, start=1):
        term.objects.create(dictionary="need_category", code=code, name=name, note=note, position=n)
    for n, name in enumerate(MEASURES, start=1):
        term.objects.create(dictionary="measure", code=name, name=name, position=n)
    rule = apps.get_model("exchange", "DeadlineRule")
    for kind, hard, days in RULES:
        rule.objects.create(
            county="140921",
            kind=kind,
            category="",
            complex=hard,
            days=days,
            version=1,
            valid_from="2021-01-01",
        )


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial"), ("core", "0004_cache_table")]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
