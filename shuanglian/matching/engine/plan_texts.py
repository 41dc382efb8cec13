"""``shuanglian match allocate --offers F --needs F``: the market of two files of texts, and its plan.

Candidates are the ``CANDIDATES`` best offers of a need with a fit of at least ``LEAST_FIT``; ``allocate.weights`` makes
scores of fits. Where counties or levels are told, a need has so many candidates of its county, of its city and of its
province, each on a shelf of its own, as the product has them.
"""

import argparse
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from shuanglian.matching.engine import lexicon
from shuanglian.matching.engine.allocate.market import NO_PAIRS, Market
from shuanglian.matching.engine.allocate.solve import Plan, warm_up
from shuanglian.matching.engine.allocate.tiers import TIERS, area_at, solve_here
from shuanglian.matching.engine.allocate.weights import NO_DUE_DAY, weigh
from shuanglian.matching.engine.encode import open_encoder
from shuanglian.matching.engine.files import FileError, read_count, read_needs, read_offers, read_rows
from shuanglian.matching.engine.index import Index
from shuanglian.matching.engine.records import Need, Offer

CANDIDATES = 20
LEAST_FIT = 0.1
URGENCIES = {"较急": 1, "urgent": 1, "紧急": 2, "critical": 2}
LEVELS = {"": 0, "本县": 0, "county": 0, "市级": 1, "prefecture": 1, "省级": 2, "province": 2}
ONE_COUNTY = 101  # stands for the county where none is told: its city is 100, its province 0
LONGEST_CODE = 12  # figures of a division's code

Row = dict[str, Any]
Key = TypeVar("Key")
Edge = tuple[int, int, float]


def plan_texts(chosen: argparse.Namespace) -> Plan:
    """Read the files, plan, write the plan. Raises what reading does, ``ValueError`` for what is no market."""
    offers, needs = read_offers(chosen.offers), read_needs(chosen.needs)
    offer_rows, need_rows = read_rows(chosen.offers), read_rows(chosen.needs)
    need_area, offer_area = ([_area(row) for row in rows] for rows in (need_rows, offer_rows))
    edges = _candidates(needs, offers, need_area, offer_area, chosen.today)
    offer_at = {offer.id: j for j, offer in enumerate(offers)}
    need_at = {need.id: i for i, need in enumerate(needs)}
    table = np.array(edges, np.float64).reshape(-1, 3)
    need = table[:, 0].astype(np.int32)
    urgency = np.array([URGENCIES.get(str(row.get("urgency")), 0) for row in need_rows], np.int64)
    days = np.array([_days_left(row, chosen.today) for row in need_rows], np.int64)
    market = Market(
        need,
        table[:, 1].astype(np.int32),
        weigh(table[:, 2], urgency[need], days[need]),
        np.array([read_count(row, "capacity") for row in offer_rows], np.int64),
        np.array([read_count(row, "demand") for row in need_rows], np.int64),
        *_ceilings(offer_rows, chosen.ceilings),
        _pairs(chosen.locked, need_at, offer_at),
        _pairs(chosen.excluded, need_at, offer_at),
    )
    warm_up()
    plan = solve_here(market, np.array(need_area, np.int64), np.array(offer_area, np.int64))
    fits = {(i, j): round(fit, 6) for i, j, fit in edges}
    locked = set(map(tuple, market.locked.tolist()))
    with chosen.out.open("w", encoding="utf-8") as out:
        for i, j, score in zip(plan.need.tolist(), plan.offer.tolist(), plan.score.tolist(), strict=True):
            row = {"need": needs[i].id, "offer": offers[j].id, "fit": fits.get((i, j)), "score": score}
            out.write(json.dumps(row | {"locked": (i, j) in locked}, ensure_ascii=False) + "\n")
    return plan


def _candidates(
    needs: Sequence[Need],
    offers: Sequence[Offer],
    need_area: Sequence[int],
    offer_area: Sequence[int],
    today: dt.date | None,
) -> list[Edge]:
    """Need, offer, fit: of each shelf above a need the best that fit at all."""
    index = Index(lexicon.load(), open_encoder())
    index.put(*(replace(offer, county=str(area)) for offer, area in zip(offers, offer_area, strict=True)))
    offer_at = {offer.id: j for j, offer in enumerate(offers)}
    edges: list[Edge] = []
    for i, reading in enumerate(index.read(needs)):
        for shelf in (str(area_at(need_area[i], tier)) for tier in range(len(TIERS))):
            judged = index.judge(replace(reading, need=replace(reading.need, county=shelf)), today)
            best = zip(judged.offers[:CANDIDATES], judged.fits[:CANDIDATES].tolist(), strict=True)
            edges += [(i, offer_at[offer.id], fit) for offer, fit in best if fit >= LEAST_FIT]
    return edges


def _area(row: Row) -> int:
    """The code of the county, the city or the province of a row. Raises ValueError."""
    code, level = str(row.get("county") or ONE_COUNTY), str(row.get("level") or "")
    if not code.isdecimal() or not code.isascii() or len(code) > LONGEST_CODE:
        raise ValueError(f"county 应为县级区划代码，现为 {code}")
    if level not in LEVELS:
        raise ValueError(f"level 应为本县、市级或省级，现为 {level}")
    return area_at(int(code), LEVELS[level])


def _days_left(row: Row, today: dt.date | None) -> int:
    """Weekdays until the due day; the engine knows no holidays."""
    if today is None or not row.get("due"):
        return NO_DUE_DAY
    try:
        due = dt.date.fromisoformat(row["due"])
    except (TypeError, ValueError) as error:
        raise FileError(f"{row['id']} 的 due 应为 2026-05-01 这样的日期，现为 {row['due']}") from error
    return int(np.busday_count(today, due))


def _ceilings(
    offers: list[Row], path: Path | None
) -> tuple[NDArray[np.int32] | None, NDArray[np.int64] | None]:
    """The unit of each offer and the ceilings of the units; a unit that is not in the file has none."""
    if path is None:
        return None, None
    most = sum(read_count(row, "capacity") for row in offers)
    at = {unit: u for u, unit in enumerate(dict.fromkeys(map(_unit, offers)))}
    ceiling = np.full(len(at), most, np.int64)
    for row in read_rows(path):
        ceiling[_known(at, _unit(row), "unit", row, path)] = read_count(row, "ceiling", most)
    return np.array([at[_unit(row)] for row in offers], np.int32), ceiling


def _unit(row: Row) -> tuple[int, str]:
    """Units of the same name in two counties are two."""
    return _area(row), str(row.get("unit") or "")


def _pairs(path: Path | None, need_at: dict[str, int], offer_at: dict[str, int]) -> NDArray[np.int32]:
    if path is None:
        return NO_PAIRS
    pairs = [
        tuple(
            _known(at, str(row.get(name, "")), name, row, path)
            for name, at in (("need", need_at), ("offer", offer_at))
        )
        for row in read_rows(path)
    ]
    return np.array(pairs, np.int32).reshape(-1, 2)


def _known(at: Mapping[Key, int], key: Key, name: str, row: Row, path: Path) -> int:
    """The place of what a row names. Raises ``FileError`` when no other file has it."""
    if key not in at:
        raise FileError(f"{path}：没有 {name} 为“{row.get(name, '')}”的记录")
    return at[key]
