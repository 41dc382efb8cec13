import datetime as dt
from decimal import Decimal

import pytest

from shuanglian.exchange.queries.guess import MONTH, OWN, QUARTER, WEEK, Guess, guess

DAY = dt.date(2026, 3, 9)
CATEGORIES = (
    ("ZC", "政策资金", "奖补、专项资金、税费优惠等政策的解读和申报"),
    ("RC", "人才用工", "招工、引才、实习输送、职称"),
    ("JN", "技能培训", "工种培训、取证、等级认定、业务实训"),
    ("JR", "金融信贷", "贷款、担保、转贷、保险"),
    ("KJ", "科技创新", "工艺攻关、产学研、数字化、专利"),
    ("ZL", "质量标准", "检验检测、认证、标准、食品安全、商标"),
)


def read(sentence):
    return guess(sentence, CATEGORIES, DAY)


@pytest.mark.parametrize(
    ("sentence", "category"),
    [
        ("想招人：", "RC"),
        ("想培训工人：", "JN"),
        ("想做检测：", "ZL"),
        ("想贷款：", "JR"),
        ("想问政策：", "ZC"),
        ("模具寿命短，想找热处理专家", "KJ"),
        ("", ""),
        ("今天天气很好", ""),
        ("想", ""),
    ],
)
def test_category_is_read_from_everyday_words_or_left_open(sentence, category):
    assert read(sentence).category == category


def test_category_is_open_when_two_are_as_likely():
    assert guess("甲乙", (("A", "甲甲", "甲乙"), ("B", "乙乙", "甲乙")), DAY).category == ""


def test_whole_sentence_is_read():
    assert read("下月要招 5 名数控车工，夜班也行") == Guess("RC", Decimal(5), "人", MONTH, None)


@pytest.mark.parametrize(
    ("sentence", "quantity", "measure"),
    [
        ("招５名焊工", Decimal(5), "人"),
        ("招十二个人", Decimal(12), "人"),
        ("要检测 46 件法兰", Decimal(46), "件"),
        ("贷款300万周转", Decimal(300), "万元"),
        ("培训一百二十人", Decimal(120), "人"),
        ("需要 2.5 吨", Decimal("2.5"), "吨"),
        ("营业收入约1850万元", None, ""),
        ("干了两天就走", None, ""),
        ("要 9999999999 件", None, ""),
        ("第 5 名", None, ""),
    ],
)
def test_quantity_counts_only_when_it_is_asked_for(sentence, quantity, measure):
    found = read(sentence)

    assert (found.quantity, found.measure) == (quantity, measure)


@pytest.mark.parametrize(
    ("sentence", "when", "day"),
    [
        ("尽快", WEEK, None),
        ("五天内", WEEK, None),
        ("月底前", MONTH, None),
        ("20 天以内", MONTH, None),
        ("三个月内", QUARTER, None),
        ("二个月内", QUARTER, None),
        ("٣ 天内", WEEK, None),
        ("年底前", QUARTER, None),
        ("两年内", "", None),
        ("10月25日前", OWN, dt.date(2026, 10, 25)),
        ("3 月 9 号", OWN, dt.date(2026, 3, 9)),
        ("3月8日前", OWN, dt.date(2027, 3, 8)),
        ("2027年1月2日", OWN, dt.date(2027, 1, 2)),
        ("2020年1月2日", "", None),
        ("12月底前", OWN, dt.date(2026, 12, 31)),
        ("2 月末", OWN, dt.date(2027, 2, 28)),
        ("13月底", MONTH, None),
        ("2月30日", "", None),
        ("13月1日", "", None),
        ("9999 天内", "", None),
        ("模具寿命短", "", None),
    ],
)
def test_when_is_a_span_or_the_next_such_day(sentence, when, day):
    found = read(sentence)

    assert (found.when, found.day) == (when, day)
