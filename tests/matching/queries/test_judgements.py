from decimal import Decimal

import pytest

from shuanglian.matching.engine import rank
from shuanglian.matching.models import FittedWeights
from shuanglian.matching.queries.judgements import judgements, weights
from tests.factories.exchange import CommitmentFactory, NeedFactory, OfferFactory
from tests.factories.matching import FittedWeightsFactory, MatchFactory

pytestmark = pytest.mark.django_db


def graded():
    offers, needs, grades = judgements()
    return {need.title: grades[row].tolist() for row, need in enumerate(needs)}, [o.title for o in offers]


@pytest.fixture
def three():
    return [OfferFactory(title=title).items.get() for title in ("甲", "乙", "丙")]


def suggested(title, items, *states):
    line = NeedFactory(title=title).items.get()
    for item, (state, reason) in zip(items, states, strict=False):
        MatchFactory(need_item=line, offer_item=item, state=state, decline_reason=reason)
    return line


def test_taken_is_right_and_right_but_not_to_be_had_is_half(three):
    suggested("一", three, ("accepted", ""), ("declined", "时间来不及：下月"), ("declined", "不是一回事"))

    assert graded() == ({"一": [2, 1, 0]}, ["甲", "乙", "丙"])


def test_a_need_that_nothing_fits_teaches_too_but_not_one_that_waits(three):
    suggested("都不合适", three[:1], ("declined", "不是一回事"))
    suggested("还在等", three[:2], ("declined", "不是一回事"), ("suggested", ""))

    assert graded() == ({"都不合适": [0, 0, 0]}, ["甲", "乙", "丙"])


def test_what_was_claimed_without_a_suggestion_counts(three):
    line = suggested("二", three[:1], ("lapsed", ""))
    CommitmentFactory(need=line.need, need_item=line, offer_item=three[2], quantity=Decimal(1))

    assert graded()[0] == {"二": [0, 0, 2]}


def test_weights_are_the_last_better_ones_or_the_shipped():
    shipped = rank.load()
    assert weights().version == shipped.version

    FittedWeightsFactory(values=rank.as_values(shipped) | {"version": "好"}, in_use=True)
    FittedWeightsFactory(values=rank.as_values(shipped) | {"version": "差"}, in_use=False)

    assert (weights().version, FittedWeights.objects.count()) == ("好", 2)
    assert weights().channels.tolist() == shipped.channels.tolist()


def test_weights_of_a_former_engine_are_not_used():
    shipped = rank.load()
    former = rank.as_values(shipped) | {"version": "旧", "confidence": {"fit": 1.0, "bias": 0.0}}
    FittedWeightsFactory(values=former, in_use=True)

    assert weights().version == shipped.version
