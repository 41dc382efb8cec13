"""The few weights fitted to judged needs, and whether fitted ones are better than those in use.

Six weights make the order (a listwise softmax with a ridge, none below 0), one level makes sums log odds, five weights
and a bias make the confidence (logistic). What is claimed of fitted weights is cross-validated: every need is measured
with weights that never saw it. Source of the method: docs/adr/0010.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from shuanglian.matching.engine import rank
from shuanglian.matching.engine.index import Index
from shuanglian.matching.engine.reading import NeedReading
from shuanglian.matching.engine.records import Need, Offer

Table = NDArray[np.float64]
GAINS = np.array([0.0, 1.0, 3.0])  # of the grades 0, 1 (helps in part), 2 (solves it)
PARTS, LEAST = 10, 100  # folds, and judged needs below which nothing is fitted
MARGIN, TOLERANCE = 0.002, 0.005  # what nDCG@5 must gain, and what AUROC may lose at most


@dataclass(frozen=True, slots=True)
class Judged:
    """Needs whose right offers are known: for each need and offer the channels (``rank.COLUMNS``) and a grade.

    ``kinds``: what should be spread evenly over the folds (a style, or nothing).
    """

    readings: Sequence[NeedReading]
    tables: Table  # needs × offers × columns
    unserved: Table  # by need: ``rank.unserved``
    grades: NDArray[np.int64]  # needs × offers: 0, 1 or 2
    kinds: Sequence[str]

    @property
    def answerable(self) -> NDArray[np.bool_]:
        """The needs that some offer serves."""
        return np.asarray(self.grades.max(axis=1) > 0)


@dataclass(frozen=True, slots=True)
class Figures:
    """How good an order and a confidence are: nDCG@5 of the answerable needs, and AUROC (None without both kinds)."""

    ndcg: float
    auroc: float | None


@dataclass(frozen=True, slots=True)
class Refit:
    """Fitted weights beside those in use, and whether they are better where neither had an advantage."""

    weights: rank.Weights
    before: Figures
    after: Figures

    @property
    def is_better(self) -> bool:
        """The order gains more than chance and the confidence does not pay for it."""
        gains = self.after.ndcg - self.before.ndcg >= MARGIN
        if self.before.auroc is None or self.after.auroc is None:
            return gains
        return gains and self.after.auroc >= self.before.auroc - TOLERANCE


def judge(
    index: Index,
    offers: Sequence[Offer],
    needs: Sequence[Need],
    grades: NDArray[np.int64],
    kinds: Sequence[str] = (),
) -> Judged:
    """The channels of every pair of need and offer, as the index sees them; the index holds the offers already."""
    readings = index.read(needs)
    place = {offer.id: i for i, offer in enumerate(offers)}
    tables, unserved = np.zeros((len(needs), len(offers), len(rank.COLUMNS))), np.ones(len(needs))
    for row, reading in enumerate(readings):
        seen = index.judge(reading)
        tables[row, [place[offer.id] for offer in seen.offers]] = seen.table
        unserved[row] = seen.unserved
    return Judged(readings, tables, unserved, grades, kinds or [""] * len(needs))


def refit(judged: Judged, used: rank.Weights, version: str, repeats: int = 3) -> Refit:
    """Fit on everything; measure by cross-validation, the weights in use on the same needs.

    Raises:
        ValueError: fewer than ``LEAST`` needs are judged.
    """
    if len(judged.readings) < LEAST:
        raise ValueError(f"{len(judged.readings)} < {LEAST}")
    sums = judged.tables @ used.channels + used.level
    before = figures(judged, sums, signal_rows(judged, sums) @ used.confidence + used.bias)
    runs = [figures(judged, s, c) for s, c in zip(*cross_validated(judged, repeats), strict=True)]
    known = [run.auroc for run in runs if run.auroc is not None]
    after = Figures(float(np.mean([run.ndcg for run in runs])), float(np.mean(known)) if known else None)
    channels, level, confidence = fitted(judged, np.ones(len(judged.readings), bool))
    fresh = replace(used, version=version, channels=channels.astype(np.float32), level=level)
    if known:
        fresh = replace(fresh, confidence=confidence[:-1].astype(np.float32), bias=float(confidence[-1]))
    return Refit(fresh, before, after)


# ---- measures ----


def figures(judged: Judged, sums: Table, confidence: Table) -> Figures:
    """What an order by these sums and this confidence are worth."""
    pairs = zip(judged.grades, sums, judged.answerable, strict=True)
    each = [ndcg(grades, line) for grades, line, yes in pairs if yes]
    return Figures(float(np.mean(each)), auroc(confidence, judged.answerable))


def ndcg(grades: NDArray[np.int64], sums: Table, top: int = 5) -> float:
    """Discounted gain of the first offers as part of the best possible; a grade must be above 0."""
    gains = GAINS[grades]
    return _discounted(gains[np.argsort(-sums, kind="stable")][:top]) / _discounted(
        np.sort(gains)[::-1][:top]
    )


def auroc(confidence: Table, answerable: NDArray[np.bool_]) -> float | None:
    """The chance that an answerable need has the higher confidence than one that no offer serves; ties count half."""
    yes, no = confidence[answerable][:, None], confidence[~answerable][None, :]
    return float((yes > no).mean() + (yes == no).mean() / 2) if yes.size and no.size else None


def _discounted(gains: Table) -> float:
    return float((gains / np.log2(np.arange(2, len(gains) + 2))).sum())


# ---- fitting ----


def fitted(judged: Judged, train: NDArray[np.bool_]) -> tuple[Table, float, Table]:
    """Weights of the channels, the level, and weights of the confidence with the bias last."""
    channels = _fit_channels(judged.tables[train], judged.grades[train])
    slope, level = _level_of(judged.tables[train] @ channels, judged.grades[train])
    channels = channels * slope
    answerable = judged.answerable
    if answerable[train].all():
        return channels, level, np.zeros(len(rank.SIGNALS) + 1)
    signals = signal_rows(judged, judged.tables @ channels + level)
    return channels, level, _fit_logistic(signals[train], answerable[train])


def cross_validated(judged: Judged, repeats: int) -> tuple[Table, Table]:
    """Sums (repeats × needs × offers) and confidence (repeats × needs) by weights that never saw the need."""
    sums = np.zeros((repeats, *judged.grades.shape))
    confidence = np.zeros((repeats, len(judged.readings)))
    for run in range(repeats):
        fold = _folds(judged, run)
        for part in range(PARTS):
            channels, level, weights = fitted(judged, fold != part)
            line = judged.tables @ channels + level
            held = fold == part
            sums[run, held] = line[held]
            confidence[run, held] = (signal_rows(judged, line) @ weights[:-1] + weights[-1])[held]
    return sums, confidence


def signal_rows(judged: Judged, sums: Table) -> Table:
    """The signals of the confidence (``rank.SIGNALS``) for each need."""
    rows = []
    for reading, table, unserved, line in zip(
        judged.readings, judged.tables, judged.unserved.tolist(), sums, strict=True
    ):
        order = np.argsort(-line, kind="stable")
        ordered = table[order].astype(np.float32), line[order].astype(np.float32)
        found = rank.signals(reading, *ordered, unserved)
        rows.append([found[name] for name in rank.SIGNALS])
    return np.array(rows)


def _fit_channels(
    tables: Table, grades: NDArray[np.int64], strength: float = 0.03, steps: int = 300
) -> Table:
    """Weights ≥ 0 that make gains likely under a softmax over the offers (listwise), with a ridge; Adam."""
    known = grades.max(axis=1) > 0
    scale = tables.reshape(-1, tables.shape[2]).std(axis=0) + 1e-9
    x, gains = tables[known] / scale, GAINS[grades[known]]
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
    return np.asarray(weights / scale)


def _fit_logistic(x: Table, y: NDArray[np.bool_], ridge: float = 3.0, balanced: bool = True) -> Table:
    """Weights for the columns as given, the bias last (Newton steps)."""
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


def _level_of(sums: Table, grades: NDArray[np.int64]) -> tuple[float, float]:
    """Slope and level that turn sums into log odds of grade 2."""
    slope, level = _fit_logistic(sums.reshape(-1, 1), (grades == 2).reshape(-1), 1e-3, balanced=False)
    return float(slope), float(level)


def _folds(judged: Judged, seed: int) -> NDArray[np.int64]:
    """Each need's part; the kinds and the unanswerable spread evenly."""
    rng = np.random.default_rng(seed)
    keys = [(kind, bool(yes)) for kind, yes in zip(judged.kinds, judged.answerable, strict=True)]
    order = sorted(range(len(keys)), key=lambda i: (keys[i], rng.random()))
    fold = np.zeros(len(keys), np.int64)
    fold[order] = np.arange(len(keys)) % PARTS
    return fold
