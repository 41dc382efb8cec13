"""The plan asks the index in one place: what is asked, what is worth proposing, what happens without an index."""

import pytest

from shuanglian.directory.choices import UnitLevel
from shuanglian.exchange.models import NeedItem
from shuanglian.matching.queries import ranking
from shuanglian.matching.queries.plan import open_lines
from shuanglian.matching.queries.ranking import Compared, record_of_line
from shuanglian.matching.queries.standing import Standing
from tests.factories.directory import PartnerUnitFactory
from tests.factories.exchange import OfferFactory
from tests.matching.conftest import LEXICON

pytestmark = pytest.mark.django_db
COUNTY = "140921"


@pytest.fixture
def neighbour_lab():
    """What the office of the next county of the same city wrote down."""
    return PartnerUnitFactory(county="140922", level=UnitLevel.CITY, source="市级惠企服务清单", division=None)


def test_the_line_of_a_need_is_asked_with_the_needs_words(moulds):
    (line,) = open_lines(COUNTY)
    record = record_of_line(line)

    assert (record.title, record.category, record.region) == ("模具寿命短", "KJ", "蒋村镇")


def test_of_several_lines_each_is_asked_with_its_own_words_first(moulds):
    NeedItem.objects.create(need=moulds, position=2, text="请专家看一次", requested=1)
    records = [record_of_line(line) for line in open_lines(COUNTY)]

    assert [(one.title, one.detail) for one in records] == [
        ("模具寿命短", "模具寿命短。"),
        ("请专家看一次", "模具寿命短。"),
    ]


def test_the_index_says_what_could_serve(standing, expert, class_, moulds):
    standing.make()
    ((pk, found),) = ranking.compare(open_lines(COUNTY))

    assert pk == moulds.items.get().pk
    assert {offer for offer, _ in found.options} == {expert.pk, class_.pk}
    assert found.by_words is False
    assert ranking.is_whole()


def test_the_city_and_the_province_are_compared_apart(standing, expert, moulds, city_lab):
    moulds.detail = "淬火总不合格"
    moulds.save()
    theirs = OfferFactory(unit=city_lab, title="热处理工艺专家坐诊")
    standing.make()
    ((_, found),) = ranking.compare(open_lines(COUNTY))

    assert [offer for offer, _ in found.options] == [expert.pk]
    assert [offer for offer, _ in found.above] == [theirs.pk]
    assert found.worth == [*found.near, *found.above]


def test_what_another_county_wrote_down_of_the_same_city_is_not_compared(
    standing, expert, moulds, city_lab, neighbour_lab
):
    moulds.detail = "淬火总不合格"
    moulds.save()
    theirs = OfferFactory(unit=city_lab, title="热处理工艺专家坐诊")
    OfferFactory(unit=neighbour_lab, county=neighbour_lab.county, title="热处理工艺专家坐诊")
    standing.make()
    ((_, found),) = ranking.compare(open_lines(COUNTY))

    assert [offer for offer, _ in found.above] == [theirs.pk]


def test_without_the_encoder_words_are_compared_and_remembered_as_such(monkeypatch, expert, moulds):
    by_words = Standing(lambda: None, lambda: LEXICON)
    monkeypatch.setattr("shuanglian.matching.queries.standing.here", by_words)
    by_words.make()
    found = dict(ranking.compare(open_lines(COUNTY)))

    assert [one.by_words for one in found.values()] == [True]
    assert not ranking.is_whole()


def test_without_an_index_nothing_is_said(monkeypatch, moulds):
    monkeypatch.setattr("shuanglian.matching.queries.standing.here.use", lambda question: None)

    assert dict(ranking.compare(open_lines(COUNTY))) == {}


@pytest.mark.parametrize(
    ("found", "worth"),
    [
        (Compared([(1, 0.9), (2, 0.1)], sure=True), [(1, 0.9)]),
        (Compared([(1, 0.9)], sure=False), []),
        (Compared([(n, 0.1) for n in range(5)], sure=True, by_words=True), [(0, 0.1), (1, 0.1), (2, 0.1)]),
    ],
)
def test_only_what_is_good_enough_is_worth_proposing(found, worth):
    assert found.worth == worth
