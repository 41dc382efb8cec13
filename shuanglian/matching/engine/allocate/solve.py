"""One exact allocation from nothing: prices by auction, the rest by shortest paths, proven before it is given away."""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shuanglian.matching.engine.allocate.asking import ask_all
from shuanglian.matching.engine.allocate.auction import run_auction
from shuanglian.matching.engine.allocate.book import WIDE, Book, open_book
from shuanglian.matching.engine.allocate.certificate import Certificate, certify
from shuanglian.matching.engine.allocate.market import (
    Market,
    Plain,
    make_plain,
    require_sound,
    take_out_pairs,
)
from shuanglian.matching.engine.allocate.paths import enter_all, fill_all
from shuanglian.matching.engine.allocate.sale import hold_sale
from shuanglian.matching.engine.allocate.units import add_units


@dataclass(frozen=True)
class Plan:
    """The best plan: pairs (need, offer) in order, their scores, the total, how far from proven (0), the time taken."""

    need: NDArray[np.int32]
    offer: NDArray[np.int32]
    score: NDArray[np.int64]
    total: int
    gap: int
    wall_s: float
    cpu_s: float


def solve(market: Market) -> Plan:
    """The plan of the highest total. Equal input gives the equal plan, in any order of the edges.

    Raises ValueError for arrays that describe no market, CertificateError if the plan were not proven.
    """
    wall, cpu = time.perf_counter(), time.process_time()
    require_sound(market)
    rest, locked_scores = take_out_pairs(market)
    plain = make_plain(rest)
    book, proof = solve_plain(plain)
    need, offer, score = read_pairs(book, plain, len(market.capacity))
    if len(market.locked):
        need = np.concatenate([need, market.locked[:, 0].astype(np.int32)])
        offer = np.concatenate([offer, market.locked[:, 1].astype(np.int32)])
        score = np.concatenate([score, locked_scores])
    if plain.owner is not None or len(market.locked):
        order = np.lexsort((offer, need))
        need, offer, score = need[order], offer[order], score[order]
    total = int(score.sum())
    gap = proof.bound - plain.pledged + int(locked_scores.sum()) - total
    return Plan(need, offer, score, total, gap, time.perf_counter() - wall, time.process_time() - cpu)


def solve_plain(plain: Plain, *, wide: bool = False) -> tuple[Book, Certificate]:
    """Solve the ordinary market; the book stays open for changes (``live``)."""
    book = open_book(plain.need, plain.offer, plain.score, plain.needs, plain.capacity, wide=wide)
    if plain.unit is not None and plain.ceiling is not None:
        book = add_units(book, plain.unit, plain.ceiling)
    waiting = run_auction(book)
    if len(book.link):
        waiting = hold_sale(book)
    enter_all(book, waiting)
    ask_all(book)
    fill_all(book)
    return book, certify(book)


def read_pairs(
    book: Book, plain: Plain, offers: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """The real pairs and their scores; imaginary needs and offers are left out."""
    mate = book.seat["mate"]
    sits = (mate >= 0) & (mate < offers)
    at = np.flatnonzero(sits)
    # A seated need has profit = gain - price, so its gain needs no look-up.
    score = book.profit[at].astype(np.int64) + book.price[mate[at]]
    owner = at if plain.owner is None else plain.owner[at]
    return owner.astype(np.int32), mate[at].astype(np.int32), score


def warm_up() -> None:
    """Load (or compile, once on a machine) every kernel, so that the first real plan is not kept waiting."""
    need, offer = np.array([0, 1], np.int32), np.array([1, 0], np.int32)
    for top in (2, WIDE >> 1):
        solve(Market(need, offer, np.array([1, top]), np.ones(2, np.int64)))
