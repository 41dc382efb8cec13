"""A standing index with a small lexicon and an encoder of a few words, so that no test waits for the real ones."""

import numpy as np
import pytest

from shuanglian.matching import actions
from shuanglian.matching.engine.encode import VERSION
from shuanglian.matching.engine.lexicon import Entry, Lexicon
from shuanglian.matching.queries.ranking import Compared
from shuanglian.matching.queries.standing import Standing
from tests.exchange.conftest import offer, opened, promise, submitted  # noqa: F401
from tests.factories.exchange import NeedFactory, OfferFactory

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


# ---- a small county to plan for ----


class Judge:
    """Says what fits instead of the index: ``fits[need] = [(offer, fit), …]``. Remembers what it was asked."""

    def __init__(self):
        self.fits = {}
        self.asked = []
        self.whole = self.ready = True

    def compare(self, lines):
        for line in lines:
            self.asked.append(line.need.title)
            fits = self.fits.get(line.need.pk, [])
            options, above = (
                [(one.pk, fit) for one, fit in fits if one.unit.is_outside == outside]
                for outside in (False, True)
            )
            yield line.item.pk, Compared(options, bool(options), not self.whole, above)


@pytest.fixture
def judge(monkeypatch):
    made = Judge()
    monkeypatch.setattr("shuanglian.matching.queries.ranking.compare", made.compare)
    monkeypatch.setattr("shuanglian.matching.queries.ranking.is_whole", lambda: made.whole)
    monkeypatch.setattr("shuanglian.matching.actions.plan.is_ready", lambda: made.ready)
    return made


@pytest.fixture
def expert(monday, kejiju):
    """县科技局's expert, who has time for one visit a month."""
    return OfferFactory(unit=kejiju, title="技改专家入企", capacity=1)


@pytest.fixture
def class_(monday, rsj):
    """县人社局's class in heat treatment: many places."""
    return OfferFactory(unit=rsj, title="热处理培训班", category="JN", capacity=20)


@pytest.fixture
def moulds(monday, guanli):
    """冠力集团's moulds: the expert is best, the class would do."""
    return NeedFactory(organization=guanli, title="模具寿命短")


@pytest.fixture
def furnace(monday, haokun):
    """昊坤集团's furnace: nobody but the expert can help."""
    return NeedFactory(organization=haokun, title="炉温控不住")


@pytest.fixture
def road(monday, haokun):
    """昊坤集团's road: nobody offers that."""
    return NeedFactory(organization=haokun, title="厂区道路硬化", category="JC")


@pytest.fixture
def county(judge, expert, class_, moulds, furnace, road, system):
    """The three needs, and what fits them."""
    judge.fits = {moulds.pk: [(expert, 0.9), (class_, 0.8)], furnace.pk: [(expert, 0.86)]}
    return judge


@pytest.fixture
def plan(county, staff):
    return actions.make_plan("140921", by=staff)


@pytest.fixture
def desk(client, plan, staff):
    """The browser of staff, with a plan made."""
    client.force_login(staff)
    return client
