"""How well needs find their offers: our ranking beside its parts and the usual methods, on judged needs.

    python bench/match_quality.py FOLDER [--fit] [--ablate] [--repeats 10]

FOLDER holds offers.jsonl, needs.jsonl, qrels.jsonl and meta.jsonl. The first lines are measured with the shipped weights;
“cross-validated” re-fits every weight on nine tenths of the needs and measures the tenth left out (repeated 10-fold).
``--fit`` prints the weights fitted on all needs, ready for ``weights.json``.
"""

import argparse
import json
import math
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from shuanglian.matching.engine import cli, lexical, lexicon, rank
from shuanglian.matching.engine.encode import Encoder
from shuanglian.matching.engine.index import Index
from shuanglian.matching.engine.postings import Postings

STYLES = [
    "formal",
    "short",
    "colloquial",
    "jargon",
    "abbrev",
    "typo",
    "two_in_one",
    "indirect",
    "negation",
    "trap",
]
HARD = ("indirect", "negation", "trap")
GAIN = {0: 0.0, 1: 1.0, 2: 3.0}


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@dataclass
class Bench:
    """The data and, for each need, the table of all offers (column order: ``rank.COLUMNS``)."""

    offers: list
    needs: list
    grades: np.ndarray  # needs × offers
    styles: list[str]
    statuses: list[str]
    readings: list
    tables: np.ndarray  # needs × offers × columns

    @property
    def answerable(self) -> np.ndarray:
        return self.grades.max(axis=1) > 0


def load(folder: Path) -> Bench:
    offers, needs = cli.read_offers(folder / "offers.jsonl"), cli.read_needs(folder / "needs.jsonl")
    qrels = {row["id"]: row["offers"] for row in map(json.loads, (folder / "qrels.jsonl").open())}
    meta = {row["id"]: row for row in map(json.loads, (folder / "meta.jsonl").open())}
    grades = np.array([[qrels[n.id].get(o.id, 0) for o in offers] for n in needs])
    index = Index(lexicon.load(), Encoder())
    index.put(*offers)
    readings = index.read(needs)
    place = {offer.id: i for i, offer in enumerate(offers)}
    tables = np.zeros((len(needs), len(offers), len(rank.COLUMNS)))
    for i, reading in enumerate(readings):
        judged = index.judge(reading)
        tables[i, [place[o.id] for o in judged.offers]] = judged.table
    return Bench(
        offers,
        needs,
        grades,
        [meta[n.id]["style"] for n in needs],
        [meta[n.id]["category_status"] for n in needs],
        readings,
        tables,
    )


# ---- measures ----


def discounted(gains: np.ndarray) -> float:
    return float((gains / np.log2(np.arange(2, len(gains) + 2))).sum())


def measure(grades: np.ndarray, sums: np.ndarray) -> dict[str, float]:
    """One answerable need. Relevant is the best grade that any offer has (2, or 1 where there is no 2)."""
    order = np.argsort(-sums, kind="stable")
    gains = np.vectorize(GAIN.get)(grades)
    right = (grades >= min(2, grades.max()))[order]
    return {
        "R@1": right[0] / right.sum(),
        "Hit@3": float(right[:3].any()),
        "MRR": 1.0 / (1 + int(np.argmax(right))),
        "nDCG@5": discounted(gains[order][:5]) / discounted(np.sort(gains)[::-1][:5]),
    }


def auroc(confidence: np.ndarray, answerable: np.ndarray) -> float:
    yes, no = confidence[answerable][:, None], confidence[~answerable][None, :]
    return float((yes > no).mean() + (yes == no).mean() / 2)


def report(name: str, bench: Bench, sums: np.ndarray, confidence: np.ndarray) -> dict[str, float]:
    answerable = bench.answerable
    each = [measure(g, s) if a else None for g, s, a in zip(bench.grades, sums, answerable, strict=True)]

    def mean(key: str, wanted: Callable[[int], bool]) -> float:
        return float(np.mean([m[key] for i, m in enumerate(each) if m and wanted(i)]))

    out = {key: mean(key, lambda i: True) for key in ("R@1", "Hit@3", "MRR", "nDCG@5")}
    out["AUROC"] = auroc(confidence, answerable)
    out["hard"] = mean("nDCG@5", lambda i: bench.styles[i] in HARD)
    out["wrong"] = mean("nDCG@5", lambda i: bench.statuses[i] == "wrong")
    out |= {style: mean("nDCG@5", lambda i, s=style: bench.styles[i] == s) for style in STYLES}
    if name:
        say(f"{name:<34}" + "".join(f"{out[key]:7.3f}" for key in out))
    return out


# ---- fitting ----


def fit_channels(
    tables: np.ndarray, grades: np.ndarray, strength: float = 0.03, steps: int = 300
) -> np.ndarray:
    """Weights ≥ 0 that make gains likely under a softmax over the offers (listwise), with a ridge."""
    known = grades.max(axis=1) > 0
    scale = tables.reshape(-1, tables.shape[2]).std(axis=0) + 1e-9
    x, gains = tables[known] / scale, np.vectorize(GAIN.get)(grades[known])
    wanted = gains / gains.sum(axis=1, keepdims=True)
    weights, first, second = np.full(x.shape[2], 0.5), 0.0, 0.0
    for step in range(1, steps + 1):
        sums = x @ weights
        chance = np.exp(sums - sums.max(axis=1, keepdims=True))
        chance /= chance.sum(axis=1, keepdims=True)
        slope = np.einsum("ij,ijk->k", chance - wanted, x) / len(x) + strength * weights
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope**2
        weights -= 0.05 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-9)
        weights = np.maximum(weights, 0)
    return weights / scale


def fit_logistic(x: np.ndarray, y: np.ndarray, ridge: float = 3.0, balanced: bool = True) -> np.ndarray:
    """Weights for the columns as given, the bias last."""
    mean, std = x.mean(axis=0), x.std(axis=0) + 1e-9
    z = np.column_stack([(x - mean) / std, np.ones(len(x))])
    share = y.mean()
    each = np.where(y, 0.5 / share, 0.5 / (1 - share)) if balanced else np.ones(len(y))
    penalty = np.diag([ridge] * x.shape[1] + [1e-6])
    weights = np.zeros(z.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-z @ weights))
        hessian = (z * (each * chance * (1 - chance))[:, None]).T @ z + penalty
        weights -= np.linalg.solve(hessian, z.T @ (each * (chance - y)) + penalty @ weights)
    plain = weights[:-1] / std
    return np.append(plain, weights[-1] - plain @ mean)


def level_of(sums: np.ndarray, grades: np.ndarray) -> tuple[float, float]:
    """Slope and level that turn sums into log odds of grade 2."""
    slope, level = fit_logistic(sums.reshape(-1, 1), (grades == 2).reshape(-1), 1e-3, balanced=False)
    return float(slope), float(level)


def signal_rows(bench: Bench, sums: np.ndarray) -> np.ndarray:
    rows = []
    for reading, table, line in zip(bench.readings, bench.tables, sums, strict=True):
        order = np.argsort(-line, kind="stable")
        found = rank.signals(reading, table[order], line[order])
        rows.append([found[name] for name in rank.SIGNALS])
    return np.array(rows)


def fitted(bench: Bench, train: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
    channels = fit_channels(bench.tables[train], bench.grades[train])
    slope, level = level_of(bench.tables[train] @ channels, bench.grades[train])
    channels = channels * slope
    signals = signal_rows(bench, bench.tables @ channels + level)
    confidence = fit_logistic(signals[train], bench.answerable[train])
    return channels, level, confidence


def folds(bench: Bench, seed: int, parts: int = 10) -> np.ndarray:
    """Each need's part; the styles and the unanswerable spread evenly."""
    rng = np.random.default_rng(seed)
    keys = [(style, bool(yes)) for style, yes in zip(bench.styles, bench.answerable, strict=True)]
    order = sorted(range(len(keys)), key=lambda i: (keys[i], rng.random()))
    fold = np.zeros(len(keys), int)
    fold[order] = np.arange(len(keys)) % parts
    return fold


def cross_validated(bench: Bench, repeats: int) -> tuple[np.ndarray, np.ndarray]:
    """Sums and confidence of every need by weights that never saw it, one block a repeat."""
    sums = np.zeros((repeats, *bench.grades.shape))
    confidence = np.zeros((repeats, len(bench.needs)))
    for r in range(repeats):
        fold = folds(bench, r)
        for part in range(10):
            channels, level, weights = fitted(bench, fold != part)
            line = bench.tables @ channels + level
            logits = signal_rows(bench, line) @ weights[:-1] + weights[-1]
            sums[r, fold == part], confidence[r, fold == part] = line[fold == part], logits[fold == part]
    return sums, confidence


def validated(name: str, bench: Bench, repeats: int) -> None:
    sums, confidence = cross_validated(bench, repeats)
    outs = [report("", bench, s, c) for s, c in zip(sums, confidence, strict=True)]
    say(f"{name:<34}" + "".join(f"{np.mean([o[key] for o in outs]):7.3f}" for key in outs[0]))


# ---- the usual methods ----


def bm25(bench: Bench) -> np.ndarray:
    texts = [lexical.words(o.text) for o in bench.offers]
    usual = float(np.mean([len(t) for t in texts]))
    rarity, postings = lexical.Rarity(texts), Postings()
    for row, tokens in enumerate(texts):
        postings.add(row, *coded(lexical.bm25_impacts(tokens, usual=usual)))
    asked = [{w: rarity.weight(w) for w in lexical.words(n.text)} for n in bench.needs]
    return np.array([postings.scores(*coded(a), len(texts)) for a in asked])


def coded(weights: dict[str, float]) -> tuple[np.ndarray, np.ndarray]:
    return lexical.codes(weights), np.array(list(weights.values()), np.float32)


def bigrams(bench: Bench) -> np.ndarray:
    texts = [Counter(lexical.pairs(o.text)) for o in bench.offers]
    rarity, postings = lexical.Rarity(texts), Postings()

    def unit(counts: Counter) -> dict[str, float]:
        weights = {t: (1 + math.log(c)) * rarity.weight(t) for t, c in counts.items()}
        length = math.sqrt(sum(w * w for w in weights.values())) or 1.0
        return {t: w / length for t, w in weights.items()}

    for row, counts in enumerate(texts):
        postings.add(row, *coded(unit(counts)))
    asked = [unit(Counter(lexical.pairs(n.text))) for n in bench.needs]
    return np.array([postings.scores(*coded(a), len(texts)) for a in asked])


def standard(figures: np.ndarray) -> np.ndarray:
    return (figures - figures.mean()) / figures.std()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--repeats", type=int, default=10)
    chosen = parser.parse_args()
    bench = load(chosen.folder)
    say(
        f"{len(bench.offers)} offers, {len(bench.needs)} needs, {int((~bench.answerable).sum())} unanswerable"
    )
    keys = ("R@1", "Hit@3", "MRR", "nDCG@5", "AUROC", "hard", "wrong", *(s[:6] for s in STYLES))
    say(f"{'':<34}" + "".join(f"{key:>7}" for key in keys))
    words, couples = bm25(bench), bigrams(bench)
    vectors = np.array(Encoder().encode([o.text for o in bench.offers]))
    sense = np.array(Encoder().encode([n.text for n in bench.needs])) @ vectors.T
    same = np.array([[n.category == o.category for o in bench.offers] for n in bench.needs], float)
    blend = 0.1 * standard(words) + 0.1 * standard(couples) + 0.8 * standard(sense)
    peers = {
        "BM25": words,
        "character bigrams": couples,
        "embeddings": sense,
        "reference": blend + 0.8 * same,
    }
    for name, sums in peers.items():
        report(name, bench, sums, sums.max(axis=1))
    shipped = rank.load()
    sums = bench.tables @ shipped.channels + shipped.level
    signals = signal_rows(bench, sums)
    report("shipped", bench, sums, signals @ shipped.confidence + shipped.bias)
    validated("cross-validated", bench, chosen.repeats)
    if chosen.ablate:
        for i, column in enumerate(rank.COLUMNS):
            tables = bench.tables.copy()
            tables[:, :, i] = 0
            validated(f"  without {column}", replace(bench, tables=tables), 3)
    if chosen.fit:
        channels, level, confidence = fitted(bench, np.ones(len(bench.needs), bool))
        say(
            json.dumps(
                {
                    "channels": dict(zip(rank.COLUMNS, channels.round(4).tolist(), strict=True)),
                    "level": round(level, 4),
                    "confidence": dict(
                        zip((*rank.SIGNALS, "bias"), confidence.round(4).tolist(), strict=True)
                    ),
                },
                indent=1,
            )
        )


if __name__ == "__main__":
    main()
