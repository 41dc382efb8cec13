import pytest

from shuanglian.directory import actions, queries
from shuanglian.directory.queries.duplicate import Facts, core_of, likely_pairs, likeness, sound_of
from tests.codes import synthetic_uscc
from tests.factories.directory import OrganizationFactory


def facts(pk, name="甲厂", uscc="", phone="", pinyin="", doubtful=False):
    return Facts(pk, name, uscc, doubtful, phone, pinyin or f"sound {pk}")


def reasons(*entries):
    return [(p.first, p.second, p.reasons) for p in likely_pairs(entries)]


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("山西昊坤法兰集团有限公司", "昊坤法兰"),
        ("定襄县昊坤法兰（集团）有限责任公司", "昊坤法兰"),
        ("忻州市冠力 锻造厂", "冠力锻造"),
        ("冠力集团", "冠力"),
        ("定襄县", "定襄县"),
    ],
)
def test_a_name_without_place_and_legal_form(name, core):
    assert core_of(name) == core


def test_a_spelling_without_place_and_legal_form():
    assert sound_of("shan xi hao kun fa lan ji tuan you xian gong si") == "hao kun fa lan"
    assert sound_of("ding xiang xian guan li duan zao chang") == "guan li duan zao"


def test_likeness_counts_neighbouring_characters():
    assert likeness("昊坤法兰锻造", "昊坤法兰锻造") == 1.0
    assert likeness("昊坤法兰", "昊坤锻造") == pytest.approx(1 / 3)
    assert likeness("昊", "昊坤") == 0.0


def test_codes_that_differ_in_the_last_character_or_the_registrar():
    good = synthetic_uscc(1)
    wrong = good[:17] + ("0" if good[17] != "0" else "1")
    other = "92" + good[2:17] + "0"
    assert reasons(
        facts(1, "甲厂", good), facts(2, "乙社", wrong, doubtful=True), facts(3, "丙店", other, doubtful=True)
    ) == [
        (1, 2, ("信用代码只差最后一位",)),
        (1, 3, ("信用代码里的主体代码相同",)),
        (2, 3, ("信用代码里的主体代码相同",)),
    ]


def test_names_that_are_sound_and_look_alike():
    assert reasons(
        facts(1, "定襄县昊坤法兰有限公司", pinyin="ding xiang xian hao kun fa lan you xian gong si"),
        facts(2, "山西昊坤法兰集团", pinyin="shan xi hao kun fa lan ji tuan"),
        facts(3, "浩坤法兰厂", pinyin="hao kun fa lan chang"),
        facts(4, "昊坤法兰锻造环件", pinyin="four"),
        facts(5, "昊坤法兰锻造环", pinyin="five"),
    ) == [
        (1, 2, ("去掉地名和公司形式，名称相同",)),
        (1, 3, ("名称读音相同",)),
        (2, 3, ("名称读音相同",)),
        (4, 5, ("名称很像",)),
    ]


def test_two_valid_codes_are_two_bodies_unless_more_speaks_for_one():
    one, two = synthetic_uscc(1), synthetic_uscc(2)
    alike = {"pinyin": "hao kun fa lan"}
    assert reasons(facts(1, "昊坤法兰", one, **alike), facts(2, "浩坤法兰", two, **alike)) == []
    assert reasons(facts(1, "昊坤法兰有限公司", one), facts(2, "昊坤法兰厂", two)) == []
    same = "去掉地名和公司形式，名称相同"
    assert reasons(facts(1, "昊坤法兰", one), facts(2, "昊坤法兰", two)) == [(1, 2, (same,))]
    assert reasons(
        facts(1, "昊坤法兰有限公司", one, "13800000000"), facts(2, "昊坤法兰厂", two, "13800000000")
    ) == [(1, 2, (same, "联系电话相同"))]


def test_a_telephone_of_many_is_an_agents():
    names = "甲乙丙丁戊"
    four = [facts(n, f"{names[n]}厂", phone="13800000000") for n in range(4)]
    assert {p.reasons for p in likely_pairs(four)} == {("联系电话相同",)}
    assert likely_pairs([*four, facts(9, "戊厂", phone="13800000000")]) == []


def test_the_worklist_is_the_committees_and_forgets_what_was_decided(staff, clerk, guanli):
    twin = OrganizationFactory(name="定襄县冠力集团有限公司", uscc="", pinyin="guan li ji tuan")
    (found,) = queries.duplicates_visible_to(staff)
    assert {found.first, found.second} == {guanli, twin}
    assert queries.duplicates_visible_to(clerk) == []
    assert [(d.first, d.second) for d in queries.alike_to(twin, staff)] == [(twin, guanli)]
    actions.tell_apart(twin, guanli, by=staff)
    assert queries.duplicates_visible_to(staff) == []
    assert queries.alike_to(twin, staff) == []


def test_another_countys_organisations_are_not_compared(staff, guanli):
    OrganizationFactory(name="冠力集团", uscc="", county="140922")
    assert queries.duplicates_visible_to(staff) == []
