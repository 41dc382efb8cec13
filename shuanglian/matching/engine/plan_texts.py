"""``shuanglian match allocate --offers F --needs F``: the market of two files of texts, and its plan.

Candidates are the ``CANDIDATES`` best offers of a need with a fit of at least ``LEAST_FIT``; ``allocate.weights`` makes
scores of fits.
"""

import argparse
import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuanglian.matching.engine import lexicon
from shuanglian.matching.engine.allocate.market import NO_PAIRS, Market
from shuanglian.matching.engine.allocate.solve import Plan, solve, warm_up
from shuanglian.matching.engine.allocate.weights import NO_DUE_DAY, weigh
from shuanglian.matching.engine.encode import open_encoder
from shuanglian.matching.engine.files import read_needs, read_offers, read_rows
from shuanglian.matching.engine.index import Index

CANDIDATES = 20
LEAST_FIT = 0.1
LEVELS = {"较急": 1, "urgent": 1, "紧急": 2, "critical": 2}


def plan_texts(chosen: argparse.Namespace) -> Plan:
    """Read the files, plan, write the plan. Raises what reading does, ValueError and KeyError for what is no market."""
    offers, needs = read_offers(chosen.offers), read_needs(chosen.needs)
    offer_rows, need_rows = read_rows(chosen.offers), read_rows(chosen.needs)
    offer_at = {offer.id: j for j, offer in enumerate(offers)}
    need_at = {need.id: i for i, need in enumerate(needs)}
    index = Index(lexicon.load(), open_encoder())
    index.put(*offers)
    edges: list[tuple[int, int, float]] = []
    for i, reading in enumerate(index.read(needs)):
        judged = index.judge(reading, chosen.today)
        best = zip(judged.offers[:CANDIDATES], judged.fits[:CANDIDATES].tolist(), strict=True)
        edges += [(i, offer_at[offer.id], fit) for offer, fit in best if fit >= LEAST_FIT]
    table = np.array(edges, np.float64).reshape(-1, 3)
    need = table[:, 0].astype(np.int32)
    urgency = np.array([LEVELS.get(row.get("urgency", ""), 0) for row in need_rows], np.int64)
    days = np.array([_days_left(row, chosen.today) for row in need_rows], np.int64)
    unit, ceiling = _ceilings(offer_rows, chosen.ceilings)
    market = Market(
        need,
        table[:, 1].astype(np.int32),
        weigh(table[:, 2], urgency[need], days[need]),
        np.array([int(row.get("capacity", 1)) for row in offer_rows], np.int64),
        np.array([int(row.get("demand", 1)) for row in need_rows], np.int64),
        unit,
        ceiling,
        _pairs(chosen.locked, need_at, offer_at),
        _pairs(chosen.excluded, need_at, offer_at),
    )
    warm_up()
    plan = solve(market)
    fits = {(i, j): round(fit, 6) for i, j, fit in edges}
    locked = set(map(tuple, market.locked.tolist()))
    with chosen.out.open("w", encoding="utf-8") as out:
        for i, j, score in zip(plan.need.tolist(), plan.offer.tolist(), plan.score.tolist(), strict=True):
            row = {"need": needs[i].id, "offer": offers[j].id, "fit": fits.get((i, j)), "score": score}
            out.write(json.dumps(row | {"locked": (i, j) in locked}, ensure_ascii=False) + "\n")
    return plan


def _days_left(row: dict[str, Any], today: dt.date | None) -> int:
    """Weekdays until the due day; the engine knows no holidays."""
    if today is None or not row.get("due"):
        return NO_DUE_DAY
    return int(np.busday_count(today, dt.date.fromisoformat(row["due"])))


def _ceilings(
    offers: list[dict[str, Any]], path: Path | None
) -> tuple[NDArray[np.int32] | None, NDArray[np.int64] | None]:
    """The unit of each offer and the ceilings of the units; a unit that is not in the file has none."""
    if path is None:
        return None, None
    most = sum(int(row.get("capacity", 1)) for row in offers)
    at = {name: u for u, name in enumerate(dict.fromkeys(row.get("unit", "") for row in offers))}
    ceiling = np.full(len(at), most, np.int64)
    for row in read_rows(path):
        ceiling[at[row["unit"]]] = row["ceiling"]
    return np.array([at[row.get("unit", "")] for row in offers], np.int32), ceiling


def _pairs(path: Path | None, need_at: dict[str, int], offer_at: dict[str, int]) -> NDArray[np.int32]:
    if path is None:
        return NO_PAIRS
    pairs = [(need_at[row["need"]], offer_at[row["offer"]]) for row in read_rows(path)]
    return np.array(pairs, np.int32).reshape(-1, 2)
