"""Offers with free seats ask: who would pay most moves in, the price is what the next would pay, the book stays sound."""

import numpy as np
import pytest

from shuanglian.matching.engine.allocate.asking import ask_all
from shuanglian.matching.engine.allocate.auction import run_auction
from shuanglian.matching.engine.allocate.book import closed, open_book
from shuanglian.matching.engine.allocate.certificate import count_seated, weigh_up
from shuanglian.matching.engine.allocate.paths import enter_all, fill_all
from shuanglian.matching.engine.allocate.units import add_units


def book_of(edges, needs, capacity):
    table = np.array(edges, np.int64).reshape(-1, 3)
    ends = table[:, :2].astype(np.int32)
    return open_book(ends[:, 0].copy(), ends[:, 1].copy(), table[:, 2].copy(), needs, np.array(capacity))


def state(book):
    return book.seat["mate"].tolist(), book.profit.tolist(), book.price.tolist()


def test_the_highest_move_in_and_the_next_sets_the_price():
    book = book_of([(0, 0, 9), (1, 0, 5), (2, 0, 7), (3, 0, 4)], 4, [2])
    book.price[0] = 9
    ask_all(book)
    assert state(book) == ([0, -1, 0, -1], [4, 0, 2, 0], [5])


def test_with_seats_for_all_they_cost_nothing():
    book = book_of([(0, 0, 9), (1, 0, 5)], 2, [3])
    book.price[0] = 9
    ask_all(book)
    assert state(book) == ([0, 0], [9, 5], [0])


def test_whoever_moves_leaves_a_seat_that_is_asked_for_too():
    book = book_of([(0, 0, 9), (1, 0, 3), (0, 1, 8)], 2, [1, 1])
    book.price[:] = 9, 8
    ask_all(book)
    assert state(book) == ([1, 0], [8, 2], [1, 0])


def test_the_better_of_two_edges_to_one_offer_counts():
    book = book_of([(0, 0, 5), (0, 0, 9), (1, 0, 2)], 2, [2])
    book.price[0] = 9
    ask_all(book)
    mates, profit, price = state(book)
    assert (mates, profit[0] + price[0], count_seated(book)) == ([0, 0], 9, 2)


def test_ties_are_left_to_the_searches():
    book = book_of([(i, j, 5) for i in range(3) for j in range(3)], 3, [2, 2, 2])
    book.price[:] = 5
    before = state(book)
    ask_all(book)
    assert state(book) == before
    fill_all(book)
    assert (count_seated(book), book.price.tolist()) == (3, [0, 0, 0])


def test_offers_of_units_do_not_ask():
    book = add_units(book_of([(0, 0, 9)], 1, [1]), np.zeros(1, int), np.ones(1, int))
    book.price[:] = 9, 0
    ask_all(book)
    assert state(book) == ([-1], [0], [9, 0])


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("top", [3, 10**6, 10**12])
def test_between_the_phases_the_book_is_as_sound_as_before_and_the_bound_no_higher(seed, top):
    rng = np.random.default_rng(seed)
    edges = np.stack(
        [np.repeat(np.arange(60), 6), rng.integers(0, 12, 360), rng.integers(1, top, 360)], axis=1
    )
    book = book_of(edges, 60, rng.integers(0, 7, 12))
    enter_all(book, run_auction(book))
    before = weigh_up(book, closed(book.price.dtype))
    ask_all(book)
    after = weigh_up(book, closed(book.price.dtype))
    assert after[1] <= before[1]
    assert after[2] >= 0
    assert after[3] == count_seated(book) >= before[3]
    seated = book.seat["mate"] >= 0
    assert (book.profit[~seated] == 0).all()
