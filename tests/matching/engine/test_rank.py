import numpy as np
import pytest

from shuanglian.matching.engine import category, rank
from shuanglian.matching.engine.lexicon import Meanings
from shuanglian.matching.engine.reading import read_needs
from shuanglian.matching.engine.records import Need


def test_the_shipped_weights_are_few_and_none_works_against_its_channel():
    weights = rank.load()

    assert len(weights.channels) == 6
    assert len(weights.confidence) == 5
    assert (weights.channels > 0).all()


def test_order_is_by_sum_then_by_number(index):
    judged = index.judge(index.read([Need("N1", "给职工体检", county="140921")])[0])

    assert judged.offers[0].id == "S3"
    assert (np.diff(judged.sums) <= 0).all()
    assert judged.fits[0] == pytest.approx(1 / (1 + np.exp(-judged.sums[0])))


def test_the_posted_category_moves_an_offer_up(index):
    plain, posted = index.read(
        [Need("N1", "想找人帮忙", county="140921"), Need("N2", "想找人帮忙", category="JR", county="140921")]
    )
    fits = [
        {o.id: s for o, s in zip(j.offers, j.sums, strict=True)} for j in map(index.judge, (plain, posted))
    ]

    assert fits[1]["S1"] > fits[0]["S1"]


def test_without_offers_nothing_is_sure(small_lexicon):
    empty = rank.judge(
        read_needs([Need("N1", "体检")], Meanings(small_lexicon), None)[0],
        [],
        category.places(entry.category for entry in small_lexicon.entries),
        rank.load(),
    )

    assert empty.offers == []
    assert empty.confidence == 0.0
    assert empty.categories.sum() == pytest.approx(1.0)


def test_a_service_that_nobody_offers_makes_less_sure(index):
    (reading,) = index.read([Need("N1", "焊工没证被罚", county="140921")])
    served = index.judge(reading)
    index.withdraw("S2")
    gone = index.judge(reading)

    assert 0 <= served.unserved < 0.3 < 0.6 < gone.unserved <= 1
    assert gone.confidence < served.confidence
