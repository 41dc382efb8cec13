"""The encoder and the lexicon are read once for all tests of the engine; an index of a few offers for each test."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import settings

from shuanglian.matching.engine import lexicon
from shuanglian.matching.engine.encode import Encoder
from shuanglian.matching.engine.index import Index
from shuanglian.matching.engine.lexicon import Entry, Lexicon
from shuanglian.matching.engine.records import Offer

settings.register_profile("compiled", deadline=None)  # the first example may wait for the compiler
settings.load_profile("compiled")


@pytest.fixture(scope="session")
def encoder():
    return Encoder()


@pytest.fixture(scope="session")
def small_lexicon():
    return Lexicon(
        "t1",
        (
            Entry("JR-1", "JR", "应急转贷", ("转贷", "续贷", "过桥"), ("先还后贷中间有个缺口", "倒贷成本高")),
            Entry("JN-1", "JN", "焊工取证", ("焊工证", "特种作业证"), ("没证被罚", "电焊的都得有证")),
            Entry("YL-1", "YL", "职工体检", ("体检", "健康体检"), ("没给工人查过身体",)),
        ),
    )


@pytest.fixture(scope="session")
def shipped_lexicon():
    return lexicon.load()


@pytest.fixture(scope="session")
def kept(tmp_path_factory):
    """Where the vectors of the shipped lexicon are kept between tests."""
    return tmp_path_factory.mktemp("phrases")


@pytest.fixture
def offers():
    return [
        Offer(
            "S1",
            "企业应急转贷资金",
            "贷款到期前提供短期周转，续贷后归还。",
            category="JR",
            unit="县农商银行",
            county="140921",
            valid_from=dt.date(2026, 1, 1),
            valid_until=dt.date(2026, 12, 31),
            remaining=Decimal(12),
        ),
        Offer(
            "S2",
            "焊工特种作业取证班",
            "培训考试一次办完，上门授课。",
            category="JN",
            county="140921",
            region="晋昌镇",
        ),
        Offer(
            "S3",
            "职工健康体检进厂",
            "体检车到厂，出具报告。",
            category="YL",
            county="140921",
            remaining=Decimal(0),
        ),
        Offer("S4", "市级专家门诊预约", "为外县职工预约专家号。", category="YL"),
    ]


@pytest.fixture
def index(small_lexicon, encoder, offers):
    made = Index(small_lexicon, encoder)
    made.put(*offers)
    return made
