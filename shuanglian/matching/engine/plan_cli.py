"""``shuanglian match allocate …``: the best plan for all needs together, from files to a file.

From texts: ``--offers F --needs F --out PLAN.jsonl [--locked F] [--excluded F] [--ceilings F] [--today DAY]``. An offer
may give its ``capacity`` (1 by default) and ``unit``, a need its ``urgency``, ``due`` and ``demand`` (1); pairs are lines
``{"need", "offer"}``, ceilings lines ``{"unit", "ceiling"}``. Candidates are the ``CANDIDATES`` best offers of a need
with a fit of at least ``LEAST_FIT``; ``allocate.weights`` makes scores of fits.

From a bare graph: ``--edges GRAPH.npz --out PLAN`` with int32 ``need``, ``offer``, int64 ``score``, int64 ``capacity`` by
offer; optional ``demand`` by need, ``unit`` by offer with ``ceiling`` by unit (without ``unit``: ``ceiling`` by offer,
or one for all). The plan is written as need, offer: an ``.npz``, JSON lines for ``.jsonl``, else lines ``need,offer``
(with that heading in a ``.csv``).

Printed: the total, the certificate's gap (0: proven the best), seconds of wall clock and of CPU of the solve alone,
compiled code loaded before; ``--json`` prints the same as one object.
"""

import argparse
import datetime as dt
import json
import sys
from collections.abc import Sequence
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


def run_allocate(argv: Sequence[str]) -> int:
    """Run the command; returns the exit code: 0, or 2 with a sentence on standard error."""
    chosen = _parser().parse_args(argv)
    try:
        if chosen.edges:
            market = read_graph(chosen.edges)
            plan = _solve(market)
            write_pairs(chosen.out, plan)
        elif chosen.offers and chosen.needs:
            plan = _plan_texts(chosen)
        else:
            raise ValueError("give --edges, or --offers and --needs")
    except (ValueError, TypeError, KeyError, OSError) as error:
        sys.stderr.write(f"无法分配：{error}\n")
        return 2
    _report(plan, chosen.json)
    return 0


# ---- a bare graph ----


def read_graph(path: Path) -> Market:
    """The market of an ``.npz``; raises ValueError or KeyError when it is none."""
    with np.load(path, allow_pickle=False) as file:
        given = {name: file[name] for name in file.files}
    capacity, unit, ceiling = given["capacity"], given.get("unit"), given.get("ceiling")
    if ceiling is not None and unit is None:
        ceiling = np.atleast_1d(ceiling)
        if len(ceiling) not in (1, len(capacity)):
            raise ValueError("ceiling without unit is one figure an offer, or one for all")
        unit = (
            np.arange(len(capacity)) if len(ceiling) == len(capacity) else np.zeros(len(capacity), np.int32)
        )
    if ceiling is None:
        unit = None
    return Market(given["need"], given["offer"], given["score"], capacity, given.get("demand"), unit, ceiling)


def write_pairs(path: Path, plan: Plan) -> None:
    """Need and offer of each pair, in the form that the file's name asks for."""
    if path.suffix == ".npz":
        np.savez(path, need=plan.need, offer=plan.offer)
        return
    line = '{{"need": {}, "offer": {}}}\n' if path.suffix == ".jsonl" else "{},{}\n"
    with path.open("w", encoding="utf-8") as out:
        if path.suffix == ".csv":
            out.write("need,offer\n")
        out.writelines(map(line.format, plan.need.tolist(), plan.offer.tolist()))


# ---- texts ----


def _plan_texts(chosen: argparse.Namespace) -> Plan:
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
    plan = _solve(market)
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


# ---- both ----


def _solve(market: Market) -> Plan:
    warm_up()
    return solve(market)


def _report(plan: Plan, as_json: bool) -> None:
    figures = {"total": plan.total, "gap": plan.gap, "wall_s": plan.wall_s, "cpu_s": plan.cpu_s}
    if as_json:
        sys.stdout.write(json.dumps(figures | {"pairs": len(plan.need)}) + "\n")
    else:
        sys.stdout.write(
            f"契合度合计 {plan.total}，配对 {len(plan.need)}，最优性差距 {plan.gap}，"
            f"用时 {plan.wall_s:.4f} 秒，CPU {plan.cpu_s:.4f} 秒\n"
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="shuanglian match allocate", description="所有需求的最优分配。")
    parser.add_argument("--offers", type=Path)
    parser.add_argument("--needs", type=Path)
    parser.add_argument("--edges", type=Path, help="图：npz")
    parser.add_argument("--out", type=Path, required=True)
    for name in ("--locked", "--excluded", "--ceilings"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--today", type=dt.date.fromisoformat, help="按这一天判断有效期和期限")
    parser.add_argument("--json", action="store_true")
    return parser
