"""The vectors of the lexicon's phrases, kept in a file between starts: encoding thousands anew takes seconds.

The file belongs to one version of the encoder; when some phrases of the lexicon were edited, only those are encoded. A
file that is missing, foreign or broken is no error: it is made anew. Where it cannot be written, that is logged.
"""

import logging
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from shuanglian.matching.engine.arrays import Floats

ROUGH = 192  # of 512 directions: among 10,000 texts the ten nearest are among the roughly 100 nearest 99.7 times of 100


class Encodes(Protocol):
    """Whatever turns texts into vectors of length one."""

    version: str

    def encode(self, texts: Sequence[str]) -> Floats: ...


@dataclass(frozen=True, slots=True)
class Phrases:
    """A vector for each phrase, and the ``ROUGH`` directions in which they differ most."""

    texts: tuple[str, ...]
    vectors: Floats
    directions: Floats

    @classmethod
    def of(cls, texts: Sequence[str], encoder: Encodes, folder: Path | None = None) -> "Phrases":
        """These phrases, from the folder's file as far as it has them, and into it."""
        path = folder / f"phrases-{encoder.version}.npz" if folder else None
        former = _read(path) if path else None
        if former is not None and former.texts == tuple(texts):
            return former
        vectors = _complete(texts, encoder, former)
        _, directions = np.linalg.eigh(vectors.T @ vectors)
        made = cls(tuple(texts), vectors, np.ascontiguousarray(directions[:, -ROUGH:], np.float32))
        if path:
            _write(path, made)
        return made


def _complete(texts: Sequence[str], encoder: Encodes, former: Phrases | None) -> Floats:
    place = {text: row for row, text in enumerate(former.texts)} if former else {}
    fresh = [row for row, text in enumerate(texts) if text not in place]
    vectors = np.empty((len(texts), 512), np.float32)
    vectors[fresh] = encoder.encode([texts[row] for row in fresh])
    if former:
        old = [row for row, text in enumerate(texts) if text in place]
        vectors[old] = former.vectors[[place[texts[row]] for row in old]]
    return vectors


def _read(path: Path) -> Phrases | None:
    try:
        with np.load(path, allow_pickle=False) as file:
            texts = tuple(bytes(file["texts"]).decode().split("\n"))
            found = Phrases(texts, file["vectors"], file["directions"])
    except FileNotFoundError:
        return None
    except Exception:  # noqa: BLE001  -- whatever is wrong with it, it is made anew
        logging.getLogger(__name__).warning("%s cannot be read and is made anew", path)
        return None
    whole = found.vectors.shape == (len(texts), 512) and found.directions.shape == (512, ROUGH)
    return found if whole and bool(np.isfinite(found.vectors).all()) else None


def _write(path: Path, phrases: Phrases) -> None:
    """Under another name first, so that nobody ever reads half a file."""
    texts = np.frombuffer("\n".join(phrases.texts).encode(), np.uint8)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem)
        with os.fdopen(handle, "wb") as out:
            np.savez(out, texts=texts, vectors=phrases.vectors, directions=phrases.directions)
        Path(name).replace(path)
    except OSError:
        logging.getLogger(__name__).warning("%s cannot be written; the next start takes longer", path)
