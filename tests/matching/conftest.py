"""A standing index with a small lexicon and an encoder of a few words, so that no test waits for the real ones."""

import numpy as np
import pytest

from shuanglian.matching.engine.encode import VERSION
from shuanglian.matching.engine.lexicon import Entry, Lexicon
from shuanglian.matching.queries.standing import Standing

LEXICON = Lexicon(
    "t1",
    (
        Entry(
            "KJ-1",
            "KJ",
            "热处理工艺攻关",
            ("热处理", "工艺专家", "技改专家"),
            ("模具老是开裂", "淬火总不合格"),
        ),
        Entry("JN-1", "JN", "焊工取证", ("焊工证", "特种作业证"), ("没证被罚", "电焊的都得有证")),
        Entry("YL-1", "YL", "职工体检", ("体检", "健康体检"), ("没给工人查过身体",)),
    ),
)


class FewWords:
    """Texts to vectors by the characters they hold: like texts, like vectors. ``broken`` makes it fail."""

    version = VERSION

    def __init__(self):
        self.broken = False
        self.encoded = []

    def encode(self, texts):
        if self.broken:
            raise RuntimeError("broken")
        self.encoded += texts
        rows = np.full((len(texts), 512), 1e-3, np.float32)
        for row, text in zip(rows, texts, strict=True):
            for character in text:
                row[ord(character) % 512] += 1
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.fixture
def few_words():
    return FewWords()


@pytest.fixture
def standing(few_words, monkeypatch):
    """The index of this process, made at once; every door leads to it."""
    made = Standing(lambda: few_words, lambda: LEXICON, lambda: 1)
    monkeypatch.setattr("shuanglian.matching.queries.standing.here", made)
    return made
