import datetime as dt

import pytest

from shuanglian.matching.engine.explain import _COUNTED, _holds, _whole
from shuanglian.matching.engine.lexicon import Entry, Lexicon, Meanings
from shuanglian.matching.engine.records import Need

DAY = dt.date(2026, 5, 1)


def reasons(index, need, offer_id, today=DAY):
    ranking = index.suggest(need, top=10, today=today)
    return {
        reason.kind: reason.sentence
        for suggestion in ranking.suggestions
        if suggestion.offer.id == offer_id
        for reason in suggestion.reasons
    }


def test_every_reason_is_a_fact(index):
    need = Need("N1", "贷款到期", "先还后贷中间有个缺口，倒贷成本高", category="JR", county="140921")

    assert reasons(index, need, "S1") == {
        "category": "类别相同：金融信贷",
        "words": "都提到：贷款到期",
        "service": "“先还后贷中间有个缺口”一般属于“应急转贷”，该资源提供此类服务",
        "capacity": "本期还可承接 12 次",
        "validity": "有效期至 2026年12月31日，还有 244 天",
        "region": "服务全县",
    }


def test_the_unknown_is_said_to_be_unknown(index):
    found = reasons(index, Need("N1", "电焊工", county="140921", region="晋昌镇"), "S2")

    assert found["capacity"] == "本期余量未登记"
    assert found["validity"] == "长期有效"
    assert found["region"] == "服务范围：晋昌镇"
    assert "category" not in found


def test_without_a_day_no_days_are_counted(index):
    assert (
        reasons(index, Need("N1", "转贷", county="140921"), "S1", today=None)["validity"]
        == "有效期至 2026年12月31日"
    )


def test_a_service_of_that_name_is_not_explained_by_itself(index):
    found = reasons(index, Need("N1", "转贷", county="140921"), "S1", today=None)

    assert found["service"] == "需求提到“转贷”，该资源提供“应急转贷”这类服务"


def test_words_side_by_side_in_both_texts_are_one():
    telling = ["专精", "特新", "拉伸", "冲击"]

    assert _whole(telling, "想评专精特新，做拉伸、冲击", "专精特新辅导，拉伸冲击试验") == [
        "专精特新",
        "拉伸",
        "冲击",
    ]


@pytest.mark.parametrize(
    ("word", "wanted", "offered", "quoted"),
    [
        ("一课", "三会一课咋记", "开三会一课和组织生活会", "三会一课"),
        ("6A", "没有API 6A就不下单", "取PED、API 6A、CE", "API 6A"),
        ("6A", "没有API、6A", "取API 6A", "6A"),
        ("核算", "产品碳足迹核算与应对", "出口产品碳足迹核算和辅导", "产品碳足迹核算"),
        ("数据", "压机的数据采上来", "设备数据采集", "数据"),
        ("健康证", "想办理健康证", "集中办理健康证", "健康证"),
        ("汇算清缴", "在汇算清缴前办", "汇算清缴前上门", "汇算清缴"),
        ("健康证", "食堂的健康证", "食堂的健康证", "健康证"),
    ],
)
def test_a_word_is_quoted_with_its_neighbours_in_both_texts(word, wanted, offered, quoted):
    assert _whole([word], wanted, offered) == [quoted]


@pytest.mark.parametrize(
    ("word", "is_number"), [("一位", True), ("三天", True), ("十", True), ("三会", False), ("三包", False)]
)
def test_a_number_of_things_is_no_reason(word, is_number):
    assert bool(_COUNTED.fullmatch(word)) is is_number


def test_refused_words_are_no_reason(index):
    found = reasons(index, Need("N1", "不用体检", "想办转贷", county="140921"), "S3", today=None)

    assert "words" not in found
    assert "体检" not in found.get("service", "")


def test_words_of_any_need_are_no_reason(index):
    found = reasons(index, Need("N1", "企业要求主要办理转贷", county="140921"), "S1", today=None)

    assert "words" not in found


def test_words_that_belong_to_several_services_are_not_quoted():
    entries = (
        Entry("A", "JN", "焊工取证", ("焊工证", "换证"), ("没证被罚",)),
        Entry("B", "AH", "驾照换证", ("换证", "驾照"), ("驾驶本快到期",)),
        Entry("C", "AH", "消防检查", ("消防",), ("消防通道堵了",)),
        Entry("D", "JN", "消防员培训", ("灭火",), ("学习消防",)),
    )
    meanings = Meanings(Lexicon("t2", entries))

    assert [meanings.is_own(0, phrase) for phrase in ("焊工证", "换证")] == [True, False]
    assert [meanings.is_own(1, phrase) for phrase in ("驾照", "换证")] == [True, False]
    assert meanings.is_own(2, "消防")  # others speak of it, this one is named for it
    assert not meanings.is_own(3, "学习消防"[2:])


def test_latin_letters_count_as_a_word_of_their_own():
    assert [_holds(text, "CA") for text in ("办CA证书", "CA", "学CAD", "CAD制图", "JSCA")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert _holds("续贷难", "续贷")


def test_a_service_is_named_only_where_both_sides_clearly_mean_it(index):
    assert "service" not in reasons(index, Need("N1", "焊工取证", county="140921"), "S1", today=None)
