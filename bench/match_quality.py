"""How well needs find their offers: our ranking beside its parts and the usual methods, on judged needs.

    python -m bench.match_quality FOLDER [--unseen FOLDER] [--fit] [--ablate] [--repeats 10]

FOLDER holds offers.jsonl, needs.jsonl, qrels.jsonl and meta.jsonl. The first lines are measured with the shipped weights;
“cross-validated” re-fits every weight on nine tenths of the needs and measures the tenth left out (repeated 10-fold).
``--unseen``: other needs, with further offers beside those of the first folder, measured with the shipped weights.
``--ablate`` leaves out one part of the whole at a time and re-fits the others.
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
from unittest import mock

import numpy as np

from shuanglian.matching.engine import files, fit, lexical, lexicon, negation, rank, reading
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


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@dataclass
class Bench:
    """The data and, for each need, the channels of all offers."""

    offers: list
    needs: list
    judged: fit.Judged  # kinds: the styles
    statuses: list[str]


def load(folder: Path, beside: Path | None = None) -> Bench:
    """The needs of a folder and its offers; ``beside``: a folder whose offers stand among them."""
    offers = [o for place in (beside, folder) if place for o in files.read_offers(place / "offers.jsonl")]
    needs = files.read_needs(folder / "needs.jsonl")
    qrels = {row["id"]: row["offers"] for row in map(json.loads, (folder / "qrels.jsonl").open())}
    meta = {row["id"]: row for row in map(json.loads, (folder / "meta.jsonl").open())}
    grades = np.array([[qrels[n.id].get(o.id, 0) for o in offers] for n in needs])
    index = Index(lexicon.load(), Encoder())
    index.put(*offers)
    judged = fit.judge(index, offers, needs, grades, [meta[n.id]["style"] for n in needs])
    return Bench(offers, needs, judged, [meta[n.id]["category_status"] for n in needs])


# ---- measures ----


def measure(grades: np.ndarray, sums: np.ndarray) -> dict[str, float]:
    """One answerable need. Relevant is the best grade that any offer has (2, or 1 where there is no 2)."""
    order = np.argsort(-sums, kind="stable")
    right = (grades >= min(2, grades.max()))[order]
    return {
        "R@1": right[0] / right.sum(),
        "Hit@3": float(right[:3].any()),
        "MRR": 1.0 / (1 + int(np.argmax(right))),
        "nDCG@5": fit.ndcg(grades, sums),
    }


def report(name: str, bench: Bench, sums: np.ndarray, confidence: np.ndarray) -> dict[str, float]:
    answerable = bench.judged.answerable
    pairs = zip(bench.judged.grades, sums, answerable, strict=True)
    each = [measure(g, s) if a else None for g, s, a in pairs]

    def mean(key: str, wanted: Callable[[int], bool]) -> float:
        return float(np.mean([m[key] for i, m in enumerate(each) if m and wanted(i)]))

    out = {key: mean(key, lambda i: True) for key in ("R@1", "Hit@3", "MRR", "nDCG@5")}
    out["AUROC"] = fit.auroc(confidence, answerable)
    out["hard"] = mean("nDCG@5", lambda i: bench.judged.kinds[i] in HARD)
    out["wrong"] = mean("nDCG@5", lambda i: bench.statuses[i] == "wrong")
    out |= {style: mean("nDCG@5", lambda i, s=style: bench.judged.kinds[i] == s) for style in STYLES}
    if name:
        say(f"{name:<34}" + "".join(f"{out[key]:7.3f}" for key in out))
    return out


def ablate(bench: Bench, folder: Path, repeats: int) -> None:
    """The whole without one of its parts: a channel, the half weight of refusals, the services nobody offers."""
    whole = bench.judged
    for i, column in enumerate(rank.COLUMNS):
        tables = whole.tables.copy()
        tables[:, :, i] = 0
        validated(f"  without {column}", replace(bench, judged=replace(whole, tables=tables)), repeats)
    with (
        mock.patch.object(reading, "clauses", lambda text: [negation.Clause(text, 1.0)]),
        mock.patch.object(reading, "affirmed", str),
    ):
        validated("  refusals in full weight", load(folder), repeats)
    with mock.patch.object(reading, "by_parts", lambda offer: [offer.text]):
        validated("  offers read as a whole", load(folder), repeats)
    with mock.patch.object(lexicon, "RELATED", 0.0):
        validated("  without related services", load(folder), repeats)
    served = replace(whole, unserved=np.zeros(len(bench.needs)))
    validated("  without unserved", replace(bench, judged=served), repeats)


def weighed(name: str, bench: Bench, weights: rank.Weights) -> None:
    """A line of what given weights are worth."""
    sums = bench.judged.tables @ weights.channels + weights.level
    report(name, bench, sums, fit.signal_rows(bench.judged, sums) @ weights.confidence + weights.bias)


def counts_of(bench: Bench) -> str:
    lost = int((~bench.judged.answerable).sum())
    return f"{len(bench.offers)} offers, {len(bench.needs)} needs, {lost} unanswerable"


def validated(name: str, bench: Bench, repeats: int) -> None:
    sums, confidence = fit.cross_validated(bench.judged, repeats)
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
    parser.add_argument("--unseen", type=Path)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--repeats", type=int, default=10)
    chosen = parser.parse_args()
    bench = load(chosen.folder)
    say(counts_of(bench))
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
    weighed("shipped", bench, shipped)
    validated("cross-validated", bench, chosen.repeats)
    if chosen.unseen:
        unseen = load(chosen.unseen, chosen.folder)
        say(counts_of(unseen))
        weighed("unseen, shipped", unseen, shipped)
    if chosen.ablate:
        ablate(bench, chosen.folder, chosen.repeats)
    if chosen.fit:
        fresh = fit.refit(bench.judged, shipped, shipped.version, chosen.repeats).weights
        say(json.dumps(rank.as_values(fresh), indent=1))


if __name__ == "__main__":
    main()
