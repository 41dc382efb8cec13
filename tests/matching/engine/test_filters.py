import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from shuanglian.matching.engine.filters import Gates, refusal
from shuanglian.matching.engine.records import Need, Offer

DAY = dt.date(2026, 5, 1)
NEED = Need("N1", "要体检", county="140921", region="晋昌镇")
OFFER = Offer("S1", "体检", county="140921")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, ""),
        ({"valid_from": DAY, "valid_until": DAY, "remaining": Decimal(1)}, ""),
        ({"region": "晋昌镇", "county": ""}, ""),
        ({"shown": False}, "该资源未公开"),
        ({"valid_from": DAY + dt.timedelta(1)}, "服务尚未开始"),
        ({"valid_until": DAY - dt.timedelta(1)}, "服务已到期"),
        ({"remaining": Decimal(0)}, "本期名额已约满"),
        ({"region": "宏道镇"}, "不在服务区域内"),
        ({"county": "140922"}, "不在服务区域内"),
        ({"requires": frozenset({"规上企业"})}, "不符合使用条件"),
    ],
)
def test_each_limit_refuses_with_its_sentence(change, sentence):
    assert refusal(NEED, replace(OFFER, **change), DAY) == sentence


def test_a_condition_that_the_asker_meets_is_no_hindrance():
    need = replace(NEED, holds=frozenset({"规上企业", "有党组织"}))

    assert refusal(need, replace(OFFER, requires=frozenset({"规上企业"})), DAY) == ""


def test_gates_follow_the_law_and_its_changes():
    gates = Gates()
    offers = [replace(OFFER, id=str(row), region=("", "晋昌镇", "宏道镇")[row % 3]) for row in range(200)]
    for row, offer in enumerate(offers):
        gates.set(row, offer)
    gates.forget(1)
    gates.set(2, replace(OFFER, valid_from=dt.date.max))

    opens = gates.open(NEED, DAY, 200)

    assert opens[:7].tolist() == [True, False, False, True, True, False, True]
    assert opens[3:].tolist() == [not refusal(NEED, offer, DAY) for offer in offers[3:]]
    assert gates.open(NEED, None, 3).tolist() == [True, False, True]
    assert gates.nbytes > 200
