import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shuanglian.exchange import actions
from shuanglian.exchange.choices import Visibility
from shuanglian.exchange.models import Need
from shuanglian.exchange.queries.similar import closeness, pairs, similar_to
from tests.factories.exchange import NeedFactory

pytestmark = pytest.mark.django_db
SAME = "我们的模具寿命短，能不能请热处理专家来看看"


def test_pairs_leave_signs_and_small_talk_out():
    assert pairs("想找 热处理，专家") == frozenset({"热处", "处理", "专家"})
    assert pairs("") == frozenset()


def test_closeness_is_a_part_of_the_shorter_text():
    assert closeness(pairs("模具寿命短"), pairs("模具寿命短，想找热处理专家")) == 1.0
    assert closeness(pairs("模具寿命短"), pairs("想招五名车工")) == 0.0


def test_own_needs_come_first_and_say_so(opened, clerk):
    other = NeedFactory(title="热处理专家，模具寿命短", category="KJ")

    found = similar_to(SAME, clerk, "KJ")

    assert [(row.pk, row.own) for row in found] == [(opened.pk, True), (other.pk, False)]
    assert (found[0].organization, found[0].state_text) == ("冠力集团", "待认领")


def test_closed_and_hidden_needs_are_not_mentioned(opened, clerk, other_clerk):
    Need.objects.update(visibility=Visibility.STAFF)
    assert similar_to(SAME, other_clerk, "KJ") == []
    actions.withdraw_need(opened, by=clerk, note="已经找到")
    assert similar_to(SAME, clerk, "KJ") == []


def test_another_category_is_searched_among_own_needs_alone(opened, clerk, other_clerk):
    assert [row.pk for row in similar_to(SAME, clerk, "RC")] == [opened.pk]
    assert similar_to(SAME, other_clerk, "RC") == []
    assert [row.pk for row in similar_to(SAME, other_clerk)] == [opened.pk]


def test_a_word_or_two_find_nothing(opened, clerk):
    with CaptureQueriesContext(connection) as seen:
        assert similar_to("模具", clerk, "KJ") == []
    assert len(seen) == 0


def test_more_needs_ask_no_more(opened, clerk):
    similar_to(SAME, clerk, "KJ")
    for _ in range(5):
        NeedFactory(category="KJ")
    with CaptureQueriesContext(connection) as seen:
        assert len(similar_to(SAME, clerk, "KJ")) == 3
    assert len(seen) == 1
