import pytest
from django.http import QueryDict

from shuanglian.core.register.filters import Dates, Facet, NonsenseError, Related, YesNo
from tests.core.register.sample import SAMPLE


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("2026-01-01", "2026-02-01"), "2026-01-01 至 2026-02-01"),
        (("2026-01-01", ""), "2026-01-01 起"),
        (("", "2026-02-01"), "到 2026-02-01"),
    ],
)
def test_dates_are_said_in_words(asked, words):
    assert Dates("day", "日期").words(asked, {}) == words


def test_parameters_are_read_once_and_cut():
    facet = Facet("kind", "类别")

    assert facet.read(QueryDict("kind=a&kind=b&kind=a&kind=")) == ("a", "b")
    assert facet.read(QueryDict("kind=" + "x" * 99)) == ("x" * 60,)
    assert YesNo("scaled", "规模").read(QueryDict("other=1")) == ()
    assert Dates("day", "日期").read(QueryDict("day_to=2026-01-01")) == ("", "2026-01-01")


def test_words_come_from_options_a_column_or_the_field(staff):
    own = Facet("kind", "类别", options=lambda user: [(1, "一"), (2, "二")])

    assert own.choices(SAMPLE, staff) == {"1": "一", "2": "二"}
    assert Facet("kind", "类别").choices(SAMPLE, staff)["school"] == "院校"
    assert Facet("headcount_band", "人数").choices(SAMPLE, staff)["under_20"] == "不到20人"


def test_a_relation_offers_what_the_user_may_see(clerk, other_clerk, guanli, haokun):
    related = Related("host_rows__organization", "企业")

    assert related.choices(SAMPLE, clerk, (str(guanli.pk),)) == {str(guanli.pk): "冠力集团"}
    assert related.choices(SAMPLE, clerk, (str(haokun.pk),)) == {}
    with pytest.raises(NonsenseError):
        related.check((str(haokun.pk),), {})
