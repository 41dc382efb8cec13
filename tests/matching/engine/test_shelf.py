import datetime as dt
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuanglian.matching.engine import lexical, shelf
from shuanglian.matching.engine.filters import refusal
from shuanglian.matching.engine.lexicon import Meanings
from shuanglian.matching.engine.reading import read_needs, read_offers
from shuanglian.matching.engine.records import Need, Offer
from shuanglian.matching.engine.shelf import Shelf
from tests.matching.engine.data import needs_and_offers

DAY = dt.date(2026, 5, 1)
NEED = Need("N1", "给工人体检", "好久没查过身体", region="晋昌镇", holds=frozenset({"a"}))


@pytest.fixture(scope="module")
def meanings(small_lexicon):
    return Meanings(small_lexicon)


def filled(meanings, offers):
    made = Shelf(meanings, lexical.Rarity())
    for offer, reading in zip(offers, read_offers(offers, meanings, None), strict=True):
        made.put(offer, reading)
    return made


def found(made, meanings, today=None):
    return made.find(read_needs([NEED], meanings, None)[0], today)


def offers_of(found):
    return [found.at(place)[0] for place in range(len(found.rows))]


def test_figures_follow_changes_at_once(meanings):
    offers = [Offer(f"S{i}", text) for i, text in enumerate(["职工体检", "焊工证", "应急转贷"])]
    made = filled(meanings, offers)
    changed = Offer("S1", "体检车进厂体检")
    made.put(changed, read_offers([changed], meanings, None)[0])
    made.withdraw("S2")
    made.withdraw("absent")

    fresh = filled(meanings, [offers[0], changed])
    here, there = found(made, meanings), found(fresh, meanings)

    assert offers_of(here) == [offers[0], changed] == offers_of(there)
    np.testing.assert_allclose(here.channels, there.channels, rtol=1e-5)
    assert len(made) == 2
    assert "S1" in made
    assert "S2" not in made


def test_many_withdrawals_lay_the_shelf_anew(meanings):
    offers = [Offer(f"S{i}", f"职工体检第{i}车") for i in range(200)]
    made = filled(meanings, offers)
    for offer in offers[:150]:
        made.withdraw(offer.id)

    assert offers_of(found(made, meanings)) == offers[150:]
    assert len(made._offers) < 200
    fresh = filled(meanings, offers[150:])
    np.testing.assert_allclose(found(made, meanings).channels, found(fresh, meanings).channels, rtol=1e-5)
    for offer in offers[:9]:
        made.put(offer, read_offers([offer], meanings, None)[0])
    assert offers_of(found(made, meanings)) == [*offers[150:], *offers[:9]]


def test_among_many_only_the_best_are_compared(meanings, monkeypatch):
    monkeypatch.setattr(shelf, "ALL_BELOW", 10)
    monkeypatch.setattr(shelf, "EACH_BEST", 3)
    made = filled(
        meanings, [Offer(f"S{i}", "焊工证") for i in range(30)] + [Offer("X", "给工人体检，查身体")]
    )

    offers = offers_of(found(made, meanings))

    assert len(offers) <= 9
    assert "X" in {offer.id for offer in offers}


some_offers = st.lists(
    st.builds(
        Offer,
        id=st.uuids().map(str),
        title=st.just("体检"),
        region=st.sampled_from(["", "晋昌镇", "宏道镇"]),
        valid_from=st.sampled_from([None, DAY, DAY + dt.timedelta(1)]),
        valid_until=st.sampled_from([None, DAY, DAY - dt.timedelta(1)]),
        remaining=st.sampled_from([None, Decimal(0), Decimal(3)]),
        requires=st.sampled_from([frozenset(), frozenset({"a"}), frozenset({"b"})]),
        shown=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda offer: offer.id,
)


@given(some_offers)
def test_exactly_what_the_filters_allow_is_found(small_lexicon, offers):
    meanings = Meanings(small_lexicon)
    made = filled(meanings, offers)

    assert offers_of(found(made, meanings, DAY)) == [
        offer for offer in offers if not refusal(NEED, offer, DAY)
    ]
    assert offers_of(found(made, meanings)) == offers


def test_what_was_found_stays_true_whatever_happens_later(meanings):
    offers = [Offer(f"S{i}", f"职工体检第{i}车") for i in range(200)]
    made = filled(meanings, offers)
    before = found(made, meanings)
    for offer in offers[:150]:
        made.withdraw(offer.id)

    assert before.at(199)[0] == offers[199]
    assert max(before.at(199)[1], key=before.at(199)[1].get) == 2  # 职工体检
    assert before.at(0) is None


def test_the_nearest_are_among_the_candidates(small_lexicon, encoder, monkeypatch):
    monkeypatch.setattr(shelf, "ALL_BELOW", 0)
    monkeypatch.setattr(shelf, "EACH_BEST", 20)
    meanings = Meanings(small_lexicon, encoder)
    offers = [Offer(f"S{i}", text) for i, text in enumerate(needs_and_offers()[:150])]
    made = Shelf(meanings, lexical.Rarity())
    for offer, reading in zip(offers, read_offers(offers, meanings, encoder), strict=True):
        made.put(offer, reading)
    reading = read_needs([NEED], meanings, encoder)[0]

    cosines = encoder.encode([offer.text for offer in offers]) @ reading.vector
    nearest = {offers[i].id for i in np.argsort(-cosines)[:15]}

    assert nearest <= {offer.id for offer in offers_of(made.find(reading, None))}
