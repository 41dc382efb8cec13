"""``match allocate``: files in, a proven plan out."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from ortools.graph.python import min_cost_flow

from shuanglian.matching.engine import plan_texts
from shuanglian.matching.engine.plan_cli import run

NEEDS = [
    {
        "id": "N1",
        "title": "招聘锻工",
        "description": "车间缺两名锻工，想招聘。",
        "category": "人才用工",
        "urgency": "紧急",
    },
    {
        "id": "N2",
        "title": "员工体检",
        "description": "二十名职工要做健康体检。",
        "category": "医疗健康",
        "due": "2026-05-06",
    },
]
OFFERS = [
    {"id": "S1", "unit": "人社局", "title": "锻工招聘", "description": "组织招聘会，代招锻工。", "category": "人才用工"},
    {"id": "S2", "unit": "县医院", "title": "职工体检", "description": "上门为职工做健康体检。", "category": "医疗健康", "capacity": 3},
]  # fmt: skip


RUN = "import sys; from shuanglian.matching.engine.plan_cli import run; run(sys.argv[1:])"


@pytest.fixture
def graph(tmp_path):
    """Two needs that both want offer 0 most."""

    def write(**more):
        arrays = {
            "need": np.array([0, 0, 1], np.int32),
            "offer": np.array([0, 1, 0], np.int32),
            "score": np.array([10, 9, 9], np.int64),
            "capacity": np.array([1, 1], np.int64),
        }
        np.savez(tmp_path / "graph.npz", **(arrays | more))
        return str(tmp_path / "graph.npz")

    return write


@pytest.fixture
def texts(tmp_path, monkeypatch, encoder, small_lexicon):
    """Files of needs and offers."""
    monkeypatch.setattr(plan_texts, "open_encoder", lambda: encoder)
    monkeypatch.setattr(plan_texts.lexicon, "load", lambda: small_lexicon)

    def write(name, rows):
        path = tmp_path / name
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        return str(path)

    return write


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_graph_gives_pairs_and_proven_figures(graph, tmp_path, capsys):
    assert run(["--edges", graph(), "--out", str(tmp_path / "plan"), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (tmp_path / "plan").read_text() == "0,1\n1,0\n"
    assert [figures[name] for name in ("total", "gap", "pairs")] == [18, 0, 2]
    assert figures.keys() == {"total", "gap", "wall_s", "cpu_s", "pairs"}


def test_without_json_a_sentence_says_the_same(graph, tmp_path, capsys):
    run(["--edges", graph(), "--out", str(tmp_path / "plan")])
    sentence = re.sub(r"\d+\.\d{4}", "T", capsys.readouterr().out)
    assert sentence == "契合度合计 18，配对 2，最优性差距 0，用时 T 秒，CPU T 秒\n"


def test_the_name_of_the_file_says_its_form(graph, tmp_path):
    for name in ("plan.csv", "plan.jsonl", "plan.npz"):
        run(["--edges", graph(), "--out", str(tmp_path / name)])
    assert (tmp_path / "plan.csv").read_text() == "need,offer\n0,1\n1,0\n"
    assert lines(tmp_path / "plan.jsonl") == [{"need": 0, "offer": 1}, {"need": 1, "offer": 0}]
    with np.load(tmp_path / "plan.npz") as plan:
        assert (plan["need"].tolist(), plan["offer"].tolist()) == ([0, 1], [1, 0])


@pytest.mark.parametrize(
    ("more", "pairs"),
    [
        ({"ceiling": np.array([1])}, "0,0\n"),
        ({"ceiling": np.array([1, 0])}, "0,0\n"),
        ({"unit": np.array([0, 1]), "ceiling": np.array([0, 5])}, "0,1\n"),
        ({"unit": np.array([0, 1])}, "0,1\n1,0\n"),
        ({"demand": np.array([2, 0])}, "0,0\n0,1\n"),
    ],
)
def test_a_graph_may_have_ceilings_and_demands(graph, tmp_path, more, pairs):
    run(["--edges", graph(**more), "--out", str(tmp_path / "plan")])
    assert (tmp_path / "plan").read_text() == pairs


def test_texts_give_a_plan_with_fits(texts, tmp_path):
    given = ["--needs", texts("n", NEEDS), "--offers", texts("o", OFFERS), "--today", "2026-05-01"]
    assert run([*given, "--out", str(tmp_path / "plan.jsonl")]) == 0
    plan = lines(tmp_path / "plan.jsonl")
    assert [(row["need"], row["offer"], row["locked"]) for row in plan] == [
        ("N1", "S1", False),
        ("N2", "S2", False),
    ]
    assert [round(row["score"] / row["fit"] / 1_000_000, 3) for row in plan] == [1.3, 1.17]


def test_locked_and_excluded_pairs_and_ceilings_are_kept(texts, tmp_path):
    given = [
        "--needs",
        texts("n", NEEDS),
        "--offers",
        texts("o", OFFERS),
        "--out",
        str(tmp_path / "plan.jsonl"),
    ]
    given += ["--locked", texts("l", [{"need": "N1", "offer": "S2"}])]
    run([*given, "--ceilings", texts("c", [{"unit": "县医院", "ceiling": 1}])])
    assert [(r["need"], r["offer"], r["locked"]) for r in lines(tmp_path / "plan.jsonl")] == [
        ("N1", "S2", True)
    ]
    run([*given, "--excluded", texts("x", [{"need": "N2", "offer": "S2"}])])
    assert [(r["need"], r["offer"], r["locked"]) for r in lines(tmp_path / "plan.jsonl")] == [
        ("N1", "S2", True)
    ]


def in_counties(offers_above):
    """Three needs of two counties for medical examinations; what there is in one of them, and above."""
    need, offer = NEEDS[1], OFFERS[1] | {"capacity": 1}
    needs = [
        need | {"id": id, "county": county}
        for id, county in (("A", "140921"), ("B", "140921"), ("C", "140922"))
    ]
    own = offer | {"id": "own", "county": "140921"}
    return needs, [
        own,
        *(offer | {"id": level, "county": "140922", "level": level} for level in offers_above),
    ]


@pytest.mark.parametrize(
    ("above", "given"),
    [
        ([], {"own"}),
        (["市级"], {"own", "市级"}),
        (["市级", "省级"], {"own", "市级", "省级"}),
        (["本县", "prefecture"], {"own", "本县", "prefecture"}),
    ],
)
def test_what_a_county_cannot_serve_goes_up_and_each_seat_is_given_once(texts, tmp_path, above, given):
    needs, offers = in_counties(above)
    run(["--needs", texts("n", needs), "--offers", texts("o", offers), "--out", str(tmp_path / "plan")])
    plan = lines(tmp_path / "plan")
    assert {row["offer"] for row in plan} == given
    assert len({row["need"] for row in plan}) == len(plan) == len(given)
    assert next(row["need"] for row in plan if row["offer"] == "own") in "AB"


def test_one_county_without_a_code_has_levels_too(texts, tmp_path):
    offers = [OFFERS[1] | {"id": "city", "level": "市级"}, OFFERS[1] | {"id": "own"}]
    run(["--needs", texts("n", NEEDS[1:]), "--offers", texts("o", offers), "--out", str(tmp_path / "plan")])
    assert [row["offer"] for row in lines(tmp_path / "plan")] == ["own"]


def test_units_of_one_name_in_two_counties_are_two(texts, tmp_path):
    needs, offers = in_counties(["本县"])
    ceilings = texts("c", [{"unit": "县医院", "county": "140921", "ceiling": 0}])
    given = ["--needs", texts("n", needs), "--offers", texts("o", offers), "--ceilings", ceilings]
    run([*given, "--out", str(tmp_path / "plan")])
    assert [(row["need"], row["offer"]) for row in lines(tmp_path / "plan")] == [("C", "本县")]


def test_a_graph_of_several_counties_goes_tier_by_tier(graph, tmp_path):
    areas = {"need_area": np.array([140921, 140922]), "offer_area": np.array([140921, 140900])}
    run(["--edges", graph(**areas), "--out", str(tmp_path / "plan")])
    assert (tmp_path / "plan").read_text() == "0,0\n"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"county": "忻州"}, "county 应为县级区划代码，现为 忻州"),
        ({"level": "国家级"}, "level 应为本县、市级或省级，现为 国家级"),
    ],
)
def test_an_area_that_is_none_is_said(texts, tmp_path, capsys, row, reason):
    given = ["--needs", texts("n", NEEDS), "--offers", texts("o", [OFFERS[0] | row])]
    assert run([*given, "--out", str(tmp_path / "plan")]) == 2
    assert capsys.readouterr().err == f"无法分配：{reason}\n"


def test_what_cannot_be_read_is_said_in_a_sentence(graph, tmp_path, capsys):
    out = ["--out", str(tmp_path / "plan")]
    assert run(["--edges", str(tmp_path / "none.npz"), *out]) == 2
    assert run(out) == 2
    assert run(["--edges", graph(ceiling=np.array([1, 1, 1])), *out]) == 2
    assert run(["--edges", graph(need_area=np.array([140921, 140921])), *out]) == 2
    assert [line[:5] for line in capsys.readouterr().err.splitlines()] == ["无法分配："] * 4


def random_graph(rng, shared):
    """Needs, offers and units; ``shared``: units of several offers, otherwise each offer is its own unit."""
    needs, offers = int(rng.integers(5, 120)), int(rng.integers(2, 30))
    keys = rng.permutation(needs * offers)[: int(rng.integers(1, 8 * needs))]
    graph = {
        "need": (keys // offers).astype(np.int32),
        "offer": (keys % offers).astype(np.int32),
        "score": rng.integers(1, 10**6, len(keys)),
        "capacity": rng.integers(0, 9, offers),
    }
    if not shared:
        return graph | {"ceiling": rng.integers(0, 6, offers)}
    units = int(rng.integers(1, 6))
    return graph | {
        "unit": rng.integers(0, units, offers).astype(np.int32),
        "ceiling": rng.integers(0, 25, units),
    }


def ortools_total(graph):
    """The optimum of min-cost flow: needs, offers, units, sink; a need may stay without."""
    need, offer, capacity, ceiling = (graph[name] for name in ("need", "offer", "capacity", "ceiling"))
    unit = graph.get("unit", np.arange(len(capacity)))
    needs, offers, units = int(need.max()) + 1, len(capacity), len(ceiling)
    at_offer, at_unit, sink = needs, needs + offers, needs + offers + units
    arcs = [(need, at_offer + offer, np.ones(len(need)), -graph["score"])]
    arcs.append((at_offer + np.arange(offers), at_unit + unit, capacity, np.zeros(offers)))
    arcs.append((at_unit + np.arange(units), np.full(units, sink), ceiling, np.zeros(units)))
    arcs.append((np.arange(needs), np.full(needs, sink), np.ones(needs), np.zeros(needs)))
    tail, head, most, cost = (np.concatenate(column).astype(np.int64) for column in zip(*arcs, strict=True))
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(tail.astype(np.int32), head.astype(np.int32), most, cost)
    flow.set_nodes_supplies(np.arange(needs, dtype=np.int32), np.ones(needs, np.int64))
    flow.set_node_supply(sink, -needs)
    assert flow.solve() == flow.OPTIMAL
    return -flow.optimal_cost()


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("seed", range(12))
def test_graphs_with_ceilings_reach_the_total_of_ortools(tmp_path, capsys, seed, shared):
    graph = random_graph(np.random.default_rng(seed), shared)
    np.savez(tmp_path / "graph.npz", **graph)

    run(["--edges", str(tmp_path / "graph.npz"), "--out", str(tmp_path / "plan.npz"), "--json"])

    figures = json.loads(capsys.readouterr().out)
    assert (figures["total"], figures["gap"]) == (ortools_total(graph), 0)
    with np.load(tmp_path / "plan.npz") as plan:
        unit = graph.get("unit", np.arange(len(graph["capacity"])))
        taken = np.bincount(unit[plan["offer"]], minlength=len(graph["ceiling"]))
        assert (taken <= graph["ceiling"]).all()
        assert len(np.unique(plan["need"])) == len(plan["need"])


def test_every_process_with_any_number_of_threads_finds_the_same_plan(tmp_path):
    graph = random_graph(np.random.default_rng(99), shared=True)
    graph["score"] = graph["score"] // 250_000 + 1  # many plans are equally good
    np.savez(tmp_path / "graph.npz", **graph)
    plans = []
    for threads in "124":
        there = os.environ | {f"{name}_NUM_THREADS": threads for name in ("NUMBA", "OMP", "OPENBLAS")}
        command = [sys.executable, "-c", RUN]
        given = ["--edges", str(tmp_path / "graph.npz"), "--out", str(tmp_path / threads)]
        subprocess.run(
            [*command, *given], check=True, capture_output=True, env=there, cwd=Path(__file__).parents[3]
        )
        plans.append((tmp_path / threads).read_text())

    assert plans[0]
    assert plans[0] == plans[1] == plans[2]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (
            {"offers": [{"id": "S1", "capacity": "许多"}]},
            "S1 的 capacity 应为 0 到 1000000000 的整数，现为 许多",
        ),
        ({"offers": [{"id": "S1", "capacity": -1}]}, "S1 的 capacity 应为 0 到 1000000000 的整数，现为 -1"),
        (
            {"offers": [{"id": "S1", "capacity": 10**20}]},
            f"S1 的 capacity 应为 0 到 1000000000 的整数，现为 {10**20}",
        ),
        ({"needs": [{"id": "N1", "demand": 1.5}]}, "N1 的 demand 应为 0 到 1000000000 的整数，现为 1.5"),
        ({"needs": [{"id": "N1", "due": "月底"}]}, "N1 的 due 应为 2026-05-01 这样的日期，现为 月底"),
        ({"locked": [{"need": "N9", "offer": "S1"}]}, "{path}/locked：没有 need 为“N9”的记录"),
        ({"locked": [{"need": ["N1"]}]}, "{path}/locked：没有 need 为“['N1']”的记录"),
        ({"ceilings": [{"unit": "无此单位", "ceiling": 1}]}, "{path}/ceilings：没有 unit 为“无此单位”的记录"),
        (
            {"ceilings": [{"unit": "人社局", "ceiling": "x"}]},
            "人社局 的 ceiling 应为 0 到 1000000000 的整数，现为 x",
        ),
    ],
)
def test_a_bad_record_is_named(texts, tmp_path, capsys, more, sentence):
    files = {"offers": OFFERS, "needs": NEEDS} | more
    given = [part for name, rows in files.items() for part in (f"--{name}", texts(name, rows))]

    assert run([*given, "--out", str(tmp_path / "plan"), "--today", "2026-05-01"]) == 2
    assert capsys.readouterr().err == f"无法分配：{sentence.replace('{path}', str(tmp_path))}\n"


def test_null_and_absent_figures_are_the_usual_ones(texts, tmp_path):
    empty = {"capacity": None, "unit": None}
    given = [
        "--offers",
        texts("o", [OFFERS[1] | empty]),
        "--needs",
        texts("n", [NEEDS[1] | {"urgency": ["?"], "due": None}]),
    ]
    given += ["--ceilings", texts("c", []), "--out", str(tmp_path / "plan")]

    assert run(given) == 0
    assert [(row["need"], row["offer"]) for row in lines(tmp_path / "plan")] == [("N2", "S2")]


@pytest.mark.parametrize("content", [b"", b"need,offer\n", b"PK\x03\x04broken"])
def test_a_file_that_is_no_graph_is_said_to_be_none(tmp_path, capsys, content):
    path = tmp_path / "graph.npz"
    path.write_bytes(content)

    assert run(["--edges", str(path), "--out", str(tmp_path / "plan")]) == 2
    assert capsys.readouterr().err == f"无法分配：{path} 不是 npz 图\n"


def test_a_graph_without_a_part_is_told_which(tmp_path, capsys):
    np.savez(tmp_path / "graph.npz", need=np.zeros(1, np.int32), score=np.ones(1, np.int64))

    assert run(["--edges", str(tmp_path / "graph.npz"), "--out", str(tmp_path / "plan")]) == 2
    assert capsys.readouterr().err == f"无法分配：{tmp_path / 'graph.npz'} 缺少 offer、capacity\n"


@pytest.mark.parametrize(
    ("name", "values", "most"),
    [
        ("need", np.array([0.0, 0.0, 1.0]), 2**31 - 1),
        ("need", np.array([0, 0, 1 << 40]), 2**31 - 1),
        ("offer", np.array([[0, 1, 0]]), 2**31 - 1),
        ("score", np.array(["10", "9", "9"]), 2**63 - 1),
        ("score", np.array([1 << 63, 9, 9], np.uint64), 2**63 - 1),
        ("demand", np.array([True, False]), 2**63 - 1),
    ],
)
def test_what_is_no_column_of_whole_numbers_is_named(graph, tmp_path, capsys, name, values, most):
    path = graph(**{name: values})

    assert run(["--edges", path, "--out", str(tmp_path / "plan")]) == 2
    assert capsys.readouterr().err == f"无法分配：{path} 的 {name} 应为一列不大于 {most} 的整数\n"


def test_numbers_without_a_sign_are_numbers(graph, tmp_path):
    given = graph(need=np.array([0, 0, 1], np.uint64))

    assert run(["--edges", given, "--out", str(tmp_path / "plan")]) == 0
    assert (tmp_path / "plan").read_text() == "0,1\n1,0\n"
