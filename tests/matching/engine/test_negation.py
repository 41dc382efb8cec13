import pytest

from shuanglian.matching.engine.negation import Clause, affirmed, clauses


def test_what_is_not_wanted_counts_a_fifth():
    assert clauses("不是缺钱，是缺人") == [Clause("不是缺钱", 0.2), Clause("是缺人", 1.0)]


def test_a_turn_within_the_clause_ends_the_refusal():
    assert clauses("我们不用培训只要证") == [
        Clause("我们", 1.0),
        Clause("不用培训", 0.2),
        Clause("只要证", 1.0),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "没有人会编程",
        "工人不会操作",
        "钱不够用",
        "不光要贷款，还要担保",
        "是不是能补贴",
        "不是有补贴吗",
        "不知道找谁",
    ],
)
def test_lack_and_questions_are_no_refusal(text):
    assert {clause.weight for clause in clauses(text)} == {1.0}
    assert affirmed(text) == text


@pytest.mark.parametrize(
    "text", ["焊工证早有了", "执照都有", "体检已经做过了", "贷款不缺", "不评职称", "我们不办执照"]
)
def test_what_is_there_already_or_will_not_be_done_counts_a_fifth(text):
    assert clauses(text)[-1].weight == 0.2


@pytest.mark.parametrize(
    "text", ["证没有了", "炉子不发热", "不报了怕罚", "查不到记录", "客户有了新要求", "气也不够用"]
)
def test_what_fails_is_no_refusal(text):
    assert {clause.weight for clause in clauses(text)} == {1.0}


def test_affirmed_leaves_refusals_out():
    assert affirmed("不要贷款，想找担保。") == "想找担保"


def test_affirmed_keeps_a_text_that_only_refuses():
    assert affirmed("不要贷款") == "不要贷款"
    assert affirmed("") == ""
