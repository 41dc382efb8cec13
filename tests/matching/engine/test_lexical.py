import pytest

from shuanglian.matching.engine import lexical


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


def test_postings_score_and_withdraw():
    postings = lexical.Postings()
    for row in range(5):
        postings.add(row, {"焊": 1.0, f"w{row}": 2.0})

    assert postings.scores({"焊": 2.0, "w3": 1.0, "无": 9.0}, 5).tolist() == [2.0, 2.0, 2.0, 4.0, 2.0]

    postings.withdraw(3, ["焊", "w3", "w4", "无"])

    assert postings.scores({"焊": 2.0, "w3": 1.0, "w4": 1.0}, 5).tolist() == [2.0, 2.0, 2.0, 0.0, 4.0]
    assert postings.nbytes == 5 * 16 + 8 * 8
