# ruff: noqa: ANN001, ANN002, ANN201, ANN202, PERF401, PLC0415, S603, T201
"""The exact allocation beside OR-Tools and LEMON: CPU time and peak memory as ratios, and the cost of one change.

    python -m bench.allocate 1000 100000            both kinds of instances, each solver in a process of its own
    python -m bench.allocate 1000000 --kind synt
    python -m bench.allocate 1000000 --kind synt --events 2000 --no-peers
    python -m bench.allocate 100000 --events 2000 --ceilings --no-peers

Every solver starts from the same four arrays in memory; building its own graph counts, reading the file does not.
Compiled code is loaded before the clock starts. All totals must be equal, or the run fails. Instances: 20 edges a need,
seats for four fifths of the needs; ``embed``: cosine of clustered vectors; ``synt``: candidates drawn by topic.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np

SCALE = 1_000_000
EDGES = 20
OBJECTS, DOMAINS, WIDTH = 140, 14, 48
FULL_PRODUCT = 4_000_000_000  # above so many pairs a need looks at the offers of its nearest objects only


# ---- instances ----


def make_capacities(rng, needs, offers):
    raw = rng.gamma(1.0, 1.0, offers)
    return 1 + rng.multinomial(max(0, int(0.8 * needs) - offers), raw / raw.sum())


def make_embed(needs, offers, seed=1):
    rng = np.random.default_rng(seed)
    domain = rng.normal(size=(DOMAINS, WIDTH))
    objects = domain[np.arange(OBJECTS) % DOMAINS] + 0.8 * rng.normal(size=(OBJECTS, WIDTH))
    skew = 1 / (np.arange(OBJECTS) + 5.0)

    def draw(count):
        of = rng.choice(OBJECTS, count, p=skew / skew.sum())
        x = objects[of] + 0.7 * rng.normal(size=(count, WIDTH))
        return of, (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)

    need_of, needs_at = draw(needs)
    offer_of, offers_at = draw(offers)
    near = np.argsort(-(objects @ objects.T), axis=1)[:, :3] if needs * offers > FULL_PRODUCT else None
    parts = []
    for o in range(OBJECTS):
        mine = np.flatnonzero(need_of == o)
        theirs = np.arange(offers) if near is None else np.flatnonzero(np.isin(offer_of, near[o]))
        step = max(1, 40_000_000 // len(theirs))
        for rows in (mine[low : low + step] for low in range(0, len(mine), step)):
            parts.append(nearest(rows, theirs, needs_at[rows] @ offers_at[theirs].T))
    need, offer, score = (np.concatenate(column) for column in zip(*parts, strict=True))
    return need, offer, score, make_capacities(rng, needs, offers)


def nearest(rows, columns, cosine):
    pick = np.argpartition(-cosine, EDGES - 1, axis=1)[:, :EDGES]
    score = np.maximum(1, np.take_along_axis(cosine, pick, 1) * SCALE).astype(np.int64)
    return np.repeat(rows, EDGES).astype(np.int32), columns[pick].ravel().astype(np.int32), score.ravel()


def make_synt(needs, offers, seed=1):
    rng = np.random.default_rng(seed)
    topics = max(4, offers // 100)
    topic = rng.integers(0, topics, offers)
    order = np.argsort(topic, kind="stable")
    start = np.searchsorted(topic[order], np.arange(topics + 1))
    first = rng.integers(0, topics, needs)
    second = (first + rng.integers(1, 4, needs)) % topics
    quality = rng.normal(0, 0.08, offers)
    main = rng.random((needs, EDGES)) < 0.75
    chosen = np.where(main, first[:, None], second[:, None])
    drawn = (rng.random((needs, EDGES)) * np.diff(start)[chosen]).astype(np.int64)
    pick = order[np.minimum(start[chosen] + drawn, offers - 1)]
    fit = np.where(main, 0.65, 0.45) + quality[pick] + rng.normal(0, 0.1, (needs, EDGES))
    score = (np.clip(fit, 0.01, 1) * SCALE).astype(np.int64).ravel()
    need, offer = np.repeat(np.arange(needs, dtype=np.int32), EDGES), pick.ravel().astype(np.int32)
    _, once = np.unique(need.astype(np.int64) * offers + offer, return_index=True)
    return need[once], offer[once], score[once], make_capacities(rng, needs, offers)


# ---- solvers: each returns (total, CPU seconds) ----


def solve_ours(need, offer, score, capacity):
    from shuanglian.matching.engine.allocate.market import Market
    from shuanglian.matching.engine.allocate.solve import solve, warm_up

    warm_up()
    start = time.process_time()
    plan = solve(Market(need, offer, score, capacity))
    return plan.total, time.process_time() - start


def solve_ortools(need, offer, score, capacity):
    from ortools.graph.python import min_cost_flow

    start = time.process_time()
    n, m = int(need.max()) + 1, len(capacity)
    flow = min_cost_flow.SimpleMinCostFlow()
    for tails, heads, seats, costs in arcs(need, offer, score, capacity, n):
        flow.add_arcs_with_capacity_and_unit_cost(
            tails.astype(np.int32), heads.astype(np.int32), seats, costs
        )
    flow.set_nodes_supplies(np.arange(n + m + 1, dtype=np.int32), supplies(n, m))
    if flow.solve() != flow.OPTIMAL:
        raise RuntimeError("no optimum")
    return -flow.optimal_cost(), time.process_time() - start


def solve_lemon(need, offer, score, capacity):
    import pylmcf

    n, m = int(need.max()) + 1, len(capacity)
    tails, heads, seats, costs = (
        np.concatenate(c) for c in zip(*arcs(need, offer, score, capacity, n), strict=True)
    )
    order = np.lexsort((heads, tails))
    top = int(score.max())
    costs = costs + np.where(
        tails < n, top, 0
    )  # never negative: each need sends one unit over one of its arcs
    graph = pylmcf.Graph(n + m + 1, tails[order].astype(np.int64), heads[order].astype(np.int64))
    graph.set_node_supply(supplies(n, m))
    graph.set_edge_capacities(seats[order])
    graph.set_edge_costs(costs[order])
    start = (
        time.process_time()
    )  # in its favour: it wants its arcs sorted, and building the graph is not counted
    graph.solve()
    return n * top - int(graph.total_cost()), time.process_time() - start


def arcs(need, offer, score, capacity, n):
    """Need to offer, offer to sink, need to sink (no offer)."""
    m = len(capacity)
    yield need, n + offer, np.ones(len(need), np.int64), -score
    yield np.arange(n, n + m), np.full(m, n + m), capacity.astype(np.int64), np.zeros(m, np.int64)
    yield np.arange(n), np.full(n, n + m), np.ones(n, np.int64), np.zeros(n, np.int64)


def supplies(n, m):
    return np.concatenate([np.ones(n, np.int64), np.zeros(m, np.int64), [-n]])


SOLVERS = {"ours": solve_ours, "ortools": solve_ortools, "lemon": solve_lemon}


# ---- changes ----


KINDS = ("need leaves", "need arrives", "offer leaves", "offer arrives", "capacity", "ceiling")


def make_units(capacity, seed=3):
    """Units of ten offers each; a unit takes nine tenths of what its offers have."""
    unit = np.random.default_rng(seed).permutation(len(capacity)) // 10
    return unit, (0.9 * np.bincount(unit, capacity)).astype(np.int64)


def time_events(arrays, count, ceilings, seed=7):
    """Mean, 95th percentile and worst in ms of CPU time of each kind of change, repaired to the exact optimum."""
    from shuanglian.matching.engine.allocate.live import Live
    from shuanglian.matching.engine.allocate.market import Market, make_plain

    need, offer, score, capacity = arrays
    unit, ceiling = make_units(capacity) if ceilings else (None, None)
    live = Live(make_plain(Market(need, offer, score, capacity, None, unit, ceiling)))
    rng = np.random.default_rng(seed)
    took = {name: [] for name in KINDS if ceilings or name != "ceiling"}

    def timed(name, act, *given):
        start = time.process_time()
        act(*given)
        took[name].append(1000 * (time.process_time() - start))

    order = np.argsort(need, kind="stable")
    ends = np.searchsorted(need[order], np.arange(int(need.max()) + 2))
    for turn in range(count + 20):
        if turn == 20:
            for times in took.values():
                times.clear()
        i, j = int(rng.integers(len(ends) - 1)), int(rng.integers(len(capacity)))
        edges = order[ends[i] : ends[i + 1]]
        timed("need leaves", live.remove_need, i)
        timed("need arrives", live.add_need, offer[edges], score[edges])
        timed("capacity", live.set_capacity, j, int(capacity[j]) + int(rng.integers(3)))
        row = live.book.offers.row[j]
        at = slice(int(row["start"]), int(row["start"] + row["size"]))
        back = live.book.offers.peer[at].copy(), live.book.offers.gain[at].copy()
        timed("offer leaves", live.remove_offer, j)
        timed("offer arrives", live.add_offer, int(capacity[j]), *back, int(unit[j]) if ceilings else -1)
        if ceilings:
            more = int(ceiling[unit[j]]) + int(rng.integers(-2, 3))
            timed("ceiling", live.set_ceiling, int(unit[j]), max(0, more))
    live.verify()
    return {
        name: (float(np.mean(t)), float(np.percentile(t, 95)), float(np.max(t))) for name, t in took.items()
    }


# ---- the run ----

TINY = (np.array([0, 1], np.int32), np.array([1, 0], np.int32), np.array([1, 2]), np.ones(2, np.int64))


def run_child(solver, path, events, ceilings):
    with np.load(path) as file:
        arrays = tuple(file[name] for name in ("need", "offer", "score", "capacity"))
    if events:
        return {"events": time_events(arrays, events, ceilings)}
    idle = call_idle(solver)
    total, cpu = SOLVERS[solver](*arrays)
    return {"total": total, "cpu_s": cpu, "peak_mb": peak_memory(), "idle_mb": idle}


def call_idle(solver):
    """The memory of a process that has loaded the solver (and its compiled code) and solved next to nothing."""
    code = f"import bench.allocate as b, numpy as np; b.SOLVERS[{solver!r}](*b.TINY); print(b.peak_memory())"
    return float(
        subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, text=True).stdout
    )


def peak_memory():
    """The most this process ever held, in MB (not what its parent held, as getrusage would have it)."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def call_child(solver, path, events=0, ceilings=False):
    command = [sys.executable, __file__, "--child", solver, str(path), "--events", str(events)]
    command += ["--ceilings"] * ceilings
    there = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=there)
    return json.loads(done.stdout)


def present():
    """Us and those peers that are installed (requirements/bench.txt)."""
    needed = {"ortools": "ortools", "lemon": "pylmcf"}
    missing = [name for name, module in needed.items() if find_spec(module) is None]
    if missing:
        print(f"not installed, left out: {', '.join(missing)}", flush=True)
    return [name for name in SOLVERS if name not in missing]


def compare(kind, size, path, rounds):
    names = present()
    runs = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            runs[name].append(call_child(name, path))
    cpu = {name: float(np.median([r["cpu_s"] for r in runs[name]])) for name in names}
    # The last round: in the first one code may be compiled.
    peak = {name: runs[name][-1]["peak_mb"] for name in names}
    net = {name: peak[name] - runs[name][-1]["idle_mb"] for name in names}
    if len({r["total"] for name in names for r in runs[name]}) > 1:
        raise SystemExit(f"{kind} {size}: totals differ: {runs}")
    if names == ["ours"]:
        print(f"{kind:6}{size:>9,}  ours {cpu['ours']:.4f} s {peak['ours']:,.0f} MB", flush=True)
        return
    best = min((n for n in names if n != "ours"), key=cpu.get)
    print(
        f"{kind:6}{size:>9,}  "
        + "  ".join(f"{n} {cpu[n]:.4f} s {peak[n]:,.0f} MB" for n in names)
        + f"  | CPU {cpu['ours'] / cpu[best]:.2f} of {best}, memory {peak['ours'] / min(peak[n] for n in names if n != 'ours'):.2f}"
        f" (beyond the loaded libraries {net['ours'] / max(1e-9, min(net[n] for n in names if n != 'ours')):.2f})",
        flush=True,
    )


def main(arguments=()):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sizes", nargs="*", default=["1000", "100000"])
    parser.add_argument("--kind", choices=["embed", "synt"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--events", type=int, default=0)
    parser.add_argument(
        "--ceilings", action="store_true", help="changes in a market whose units have ceilings"
    )
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--child", choices=list(SOLVERS))
    given = parser.parse_args(arguments)
    if given.child:
        print(json.dumps(run_child(given.child, given.sizes[0], given.events, given.ceilings)))
        return
    with tempfile.TemporaryDirectory() as folder:
        for size in map(int, given.sizes):
            for kind in [given.kind] if given.kind else ["embed", "synt"]:
                make = {"embed": make_embed, "synt": make_synt}[kind]
                path = Path(folder) / f"{kind}_{size}.npz"
                np.savez(
                    path,
                    **dict(zip(("need", "offer", "score", "capacity"), make(size, size // 5), strict=True)),
                )
                if not given.no_peers:
                    compare(kind, size, path, given.rounds)
                if given.events:
                    done = call_child("ours", path, given.events, given.ceilings)["events"]
                    for name, (mean, high, top) in done.items():
                        print(
                            f"{kind:6}{size:>9,}  {name:14} mean {mean:.3f} ms, 95 % {high:.3f}, worst {top:.1f}"
                        )
                path.unlink()


if __name__ == "__main__":
    main(sys.argv[1:])
