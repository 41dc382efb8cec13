"""``shuanglian match allocate …``: the best plan for all needs together, from files to a file.

From texts: ``--offers F --needs F --out PLAN.jsonl [--locked F] [--excluded F] [--ceilings F] [--today DAY]``. An offer
may give its ``capacity`` (1 by default) and ``unit``, a need its ``urgency``, ``due`` and ``demand`` (1); pairs are lines
``{"need", "offer"}``, ceilings lines ``{"unit", "ceiling"}``. See ``plan_texts``, which is loaded only then: a graph
needs no dictionary and no encoder in memory.

Several counties: a need gives its ``county`` by code, an offer its ``county`` and its ``level`` (本县, 市级, 省级). What the
county's own offers cannot serve goes to those of its city, shared by all its counties, then to those of its province; a
ceiling is then told apart by ``county`` and ``level`` too. In a graph: ``need_area`` and ``offer_area``, codes as in
``allocate.tiers``.

From a bare graph: ``--edges GRAPH.npz --out PLAN`` with int32 ``need``, ``offer``, int64 ``score``, int64 ``capacity`` by
offer; optional ``demand`` by need, ``unit`` by offer with ``ceiling`` by unit (without ``unit``: ``ceiling`` by offer,
or one for all). The plan is written as need, offer: an ``.npz``, JSON lines for ``.jsonl``, else lines ``need,offer``
(with that heading in a ``.csv``).

Printed: the total, the certificate's gap (0: proven the best), seconds of wall clock and of CPU of the solve alone,
compiled code loaded before; ``--json`` prints the same as one object.
"""

import argparse
import datetime as dt
import importlib
import json
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuanglian.matching.engine.allocate.market import Market
from shuanglian.matching.engine.allocate.solve import Plan, warm_up
from shuanglian.matching.engine.allocate.tiers import Areas, solve_here
from shuanglian.matching.engine.files import say


def run(argv: Sequence[str]) -> int:
    """Run the command; returns the exit code: 0, or 2 with a sentence on standard error."""
    chosen = _parser().parse_args(argv)
    try:
        if chosen.edges:
            market, areas = read_graph(chosen.edges)
            warm_up()
            plan = solve_here(market, *areas)
            write_pairs(chosen.out, plan)
        elif chosen.offers and chosen.needs:
            texts = importlib.import_module("shuanglian.matching.engine.plan_texts")
            plan = texts.plan_texts(chosen)
        else:
            raise ValueError("请给出 --edges，或 --offers 与 --needs")
    except (ValueError, TypeError, OSError) as error:
        sys.stderr.write(f"无法分配：{say(error)}\n")
        return 2
    _report(plan, chosen.json)
    return 0


# ---- a bare graph ----


def read_graph(path: Path) -> tuple[Market, Areas]:
    """The market of an ``.npz`` and its areas. Raises ``ValueError`` and ``OSError`` when it is none."""
    given = _arrays(path)
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
    areas = given.get("need_area"), given.get("offer_area")
    if (areas[0] is None) != (areas[1] is None):
        raise ValueError("need_area and offer_area go together")
    edges = given["need"], given["offer"], given["score"]
    return Market(*edges, capacity, given.get("demand"), unit, ceiling), areas


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            given = {name: file[name] for name in file.files}
    except (ValueError, EOFError, AttributeError, TypeError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} 不是 npz 图") from error
    missing = [name for name in ("need", "offer", "score", "capacity") if name not in given]
    if missing:
        raise ValueError(f"{path} 缺少 {'、'.join(missing)}")
    return {name: _whole(path, name, values) for name, values in given.items()}


def _whole(path: Path, name: str, values: NDArray[Any]) -> NDArray[Any]:
    """Whole numbers in a column, or one alone. Raises ``ValueError``."""
    most = int(np.iinfo(np.int32 if name in ("need", "offer") else np.int64).max)
    if values.ndim > 1 or values.dtype.kind not in "iu" or int(values.max(initial=0)) > most:
        raise ValueError(f"{path} 的 {name} 应为一列不大于 {most} 的整数")
    return values.astype(np.int64) if values.dtype == np.uint64 else values


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


# ---- both ----


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
