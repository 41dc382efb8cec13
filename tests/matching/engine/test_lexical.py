from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT

from shuanglian.matching.engine import lexical
from tests.matching.engine.data import needs_and_offers


def test_words_leave_punctuation_out():
    assert lexical.words("数控车工，月底。") == ["数控", "车工", "月底"]


def test_pairs_cross_punctuation():
    assert lexical.pairs("招工，急") == ["招工", "工急"]
    assert lexical.pairs("招") == []


def test_sounds_are_the_same_for_homophones():
    assert lexical.sounds("法蓝") == ["fa lan"] == lexical.sounds("法兰")


def test_bm25_impacts_saturate_and_favour_short_texts():
    one = lexical.bm25_impacts(["焊"], usual=1.0)
    many = lexical.bm25_impacts(["焊"] * 50, usual=50.0)
    long = lexical.bm25_impacts(["焊", *"abcdefgh"], usual=1.0)

    assert one == {"焊": pytest.approx(1.0)}
    assert 1.0 < many["焊"] < lexical.K1 + 1
    assert long["焊"] < one["焊"]


def test_rarity_counts_texts_in_and_out():
    rarity = lexical.Rarity([["锻造", "锻造", "法兰"], ["锻造"]])
    before = rarity.weight("锻造")

    rarity.count(["法兰"])
    rarity.count(["法兰"], by=-1)

    assert rarity.weight("锻造") == before
    assert rarity.weight("锻造") < rarity.weight("法兰") < rarity.weight("从未见过")


def test_sounds_are_cut_as_pypinyin_cuts():
    texts = [*needs_and_offers(), "", "长江长大", "ISO9001 认证abc 质", "𠀀吗"]

    for text in texts:
        said = lazy_pinyin(lexical._NO_WORD.sub("", text))
        assert lexical.sounds(text) == [f"{first} {second}" for first, second in pairwise(said)]


@given(st.sampled_from(sorted(PHRASES_DICT)), st.sampled_from(sorted(PHRASES_DICT)), st.integers(0, 3))
def test_sounds_of_broken_phrases_too(first, second, cut):
    text = first[cut:] + second[: len(second) - cut]

    assert lexical.sounds(text) == [f"{a} {b}" for a, b in pairwise(lazy_pinyin(text))]


@given(st.text(alphabet="招工急，a1𠀀", max_size=8))
def test_codes_are_those_of_the_pairs(text):
    assert lexical.pair_codes(text).tolist() == sorted(set(map(lexical.pair_code, lexical.pairs(text))))
    assert lexical.codes([text]).tolist() == [lexical.code(text)]


def test_pairs_have_codes_of_their_own():
    assert lexical.pair_code("招工") != lexical.pair_code("工招")
    assert lexical.pair_codes("招").tolist() == []
