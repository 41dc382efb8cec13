"""The index of this process: made in the background, following the database from then on.

Until the encoder has been read, and whenever it cannot be, suggestions go by words alone and the page says so. The
first question waits a moment for the index and no longer; a page is never held up by it.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
from django.conf import settings
from django.db import DatabaseError, connection

from shuanglian.matching.engine.arrays import Floats
from shuanglian.matching.engine.encode import open_encoder
from shuanglian.matching.engine.index import Index
from shuanglian.matching.engine.lexicon import Lexicon
from shuanglian.matching.engine.phrases import Encodes
from shuanglian.matching.engine.rank import Weights
from shuanglian.matching.queries.judgements import weights
from shuanglian.matching.queries.lexicon import edition, lexicon
from shuanglian.matching.queries.vectors import Halves, Kept, changes_since, kept_form, kept_offers

log = logging.getLogger(__name__)
PATIENCE = 3.0  # seconds a question waits for the index to be made, or for those that ask before it
AGAIN = 60.0  # seconds after which a failed attempt is repeated
BATCH = 256
NEVER = 2**62  # no transaction has this number
Answer = TypeVar("Answer")


@dataclass(slots=True)
class _Made:
    """An index with what it knows of the database."""

    index: Index
    edition: int  # of the dictionary
    mark: int = 0
    numbers: dict[int, int] = field(default_factory=dict)  # offer id → number of the change it was read at

    def follow(self) -> None:
        """Take in what was published, changed or withdrawn since the last question."""
        mark, changed = changes_since(self.mark)
        news = [offer_id for offer_id, number in changed.items() if self.numbers.get(offer_id) != number]
        if news:
            present = list(kept_offers(news))
            self.put(present)
            for gone in set(news) - {int(kept.record.id) for kept in present}:
                self.index.withdraw(str(gone))
                self.numbers[gone] = changed[gone]
        self.mark = mark

    def put(self, batch: Sequence[Kept]) -> None:
        """Enter offers, with the vectors that were kept and new ones for the others."""
        offers = [kept.record for kept in batch]
        encoder = self.index.encoder
        vectors = _vectors(batch, encoder) if encoder is not None and batch else None
        self.index.put(*offers, vectors=vectors)
        self.numbers.update({int(kept.record.id): kept.number for kept in batch})


class Standing:
    """The one index of a process. What it is made of can be named, so that tests can bring something small."""

    def __init__(
        self,
        open_encoder: Callable[[], Encodes | None] = open_encoder,
        load_lexicon: Callable[[], Lexicon] = lexicon,
        edition: Callable[[], int] = edition,
        folder: Path | None = None,
        load_weights: Callable[[], Weights] = weights,
    ) -> None:
        """``folder``: where the vectors of the lexicon's phrases are kept for the next start."""
        self._open_encoder, self._load_lexicon, self._edition = open_encoder, load_lexicon, edition
        self._folder, self._load_weights = folder, load_weights
        self._turn = threading.Lock()  # one thread follows the database at a time
        self._start = threading.Lock()
        self._ready = threading.Event()  # there is an index, if only by words
        self._made: _Made | None = None
        self._encoder: Encodes | None = None
        self._tried: float | None = None
        self._maker: threading.Thread | None = None
        self._is_whole = False

    @property
    def by_words_only(self) -> bool:
        """Whether suggestions are coarser than usual now."""
        return self._made is None or self._made.index.by_words_only

    @property
    def is_being_made(self) -> bool:
        """Whether a moment later the answer will be better."""
        return not self._is_whole and self._maker is not None and self._maker.is_alive()

    def use(self, question: Callable[[Index], Answer]) -> Answer | None:
        """Ask the index anything, in the present state of the database; None while there is none."""
        self.wake()
        if not self._ready.wait(PATIENCE):
            return None
        try:
            index = self._followed()
            return None if index is None else question(index)
        except DatabaseError:
            raise
        except Exception:
            log.exception("a question to the index failed")
        return None if self.by_words_only else self._by_words(question)

    def wake(self) -> None:
        """Begin to make the index in the background, unless it is there, being made, or failed a moment ago."""
        with self._start:
            if self._is_whole or (self._tried is not None and time.monotonic() - self._tried < AGAIN):
                return
            self._tried = time.monotonic()
        self._maker = threading.Thread(target=self._make_behind, name="matching-index", daemon=True)
        self._maker.start()

    def make(self) -> None:
        """Make the index here and now: by words first, then with the encoder. Raises what reading raises."""
        self._tried = time.monotonic()
        said, words = self._edition(), self._load_lexicon()
        if self._made is None:
            self._put_in_place(_filled(Index(words, None, self._load_weights()), said))
        self._encoder = self._encoder or self._open_encoder()
        if self._encoder is not None:
            self._put_in_place(
                _filled(Index(words, self._encoder, self._load_weights(), kept=self._folder), said)
            )
            self._is_whole = True
        elif self._made is not None and self._made.edition != said:
            self._put_in_place(_filled(Index(words, None, self._load_weights()), said))

    def encode(self, texts: Sequence[str]) -> Floats | None:
        """Vectors of texts, to be kept; None without an encoder. Needs no index."""
        with self._turn:
            self._encoder = self._encoder or self._open_encoder()
        return self._encoder.encode(texts) if self._encoder and texts else None

    def _make_behind(self) -> None:
        try:
            self.make()
        except Exception:
            log.exception("the index of offers could not be made; trying again later")
        finally:
            connection.close()

    def _put_in_place(self, made: _Made) -> None:
        with self._turn:
            self._made = made
        self._ready.set()

    def _followed(self) -> Index | None:
        """The index after it took in what changed. A dictionary that was edited is read behind the question."""
        if not self._turn.acquire(timeout=PATIENCE):
            return None
        try:
            made = self._made
            if made is None:
                return None
            made.follow()
        finally:
            self._turn.release()
        said = self._edition()
        if made.edition != said:
            made.edition = said
            self._is_whole, self._tried = False, None
            self.wake()
        return made.index

    def _by_words(self, question: Callable[[Index], Answer]) -> Answer | None:
        """The encoder, or what was compiled, failed: once more without it. Nothing at all when that fails as well."""
        log.warning("suggestions go by words alone for now")
        self._is_whole, self._tried, self._encoder = False, time.monotonic(), None
        try:
            self._put_in_place(_filled(Index(self._load_lexicon(), None), self._edition()))
            index = self._followed()
            return None if index is None else question(index)
        except DatabaseError:
            raise
        except Exception:
            log.exception("not even by words; there are no suggestions for now")
            return None


def _vectors(batch: Sequence[Kept], encoder: Encodes) -> Halves:
    lacking = [i for i, kept in enumerate(batch) if kept.vector is None]
    rows = [kept.vector for kept in batch]
    made = kept_form(encoder.encode([batch[i].record.text for i in lacking])) if lacking else ()
    for i, vector in zip(lacking, made, strict=True):
        rows[i] = vector
    return np.stack([row for row in rows if row is not None])


def _filled(index: Index, edition: int) -> _Made:
    """An index of all published offers as they are now."""
    mark, _ = changes_since(NEVER)
    made, batch = _Made(index, edition, mark), list[Kept]()
    for kept in kept_offers():
        batch.append(kept)
        if len(batch) == BATCH:
            made.put(batch)
            batch = []
    made.put(batch)
    return made


here = Standing(folder=settings.VAR / "matching")
