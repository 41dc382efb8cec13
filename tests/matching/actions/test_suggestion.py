import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.core.audit import history
from shuanglian.exchange import actions as exchange
from shuanglian.exchange.choices import MatchOrigin, MatchState, NeedState
from shuanglian.exchange.models import Match, Need
from shuanglian.matching.actions import decline_suggestion, let_lapse, suggest, take_up
from shuanglian.matching.choices import WhyNot
from shuanglian.matching.queries.suggestion import suggestions_for
from tests.factories.exchange import CommitmentFactory, NeedFactory, OfferFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def need(guanli, monday, system):
    row = NeedFactory(
        organization=guanli, title="模具老是开裂，想找热处理专家", expected_by=dt.date(2026, 3, 19)
    )
    return Need.objects.select_related("division").get(pk=row.pk)


@pytest.fixture
def offer(kejiju, standing):
    row = OfferFactory(unit=kejiju, title="热处理工艺专家进厂")
    standing.make()
    return row


def verbs(match):
    return [entry.verb for entry in history(match).order_by("pk")]


def test_what_is_suggested_is_written_down_once(need, offer, system):
    (match,) = suggest(need, by=system)

    assert suggest(need, by=system) == []
    assert Match.objects.get() == match
    assert (match.origin, match.state, match.unit) == (MatchOrigin.SYSTEM, MatchState.SUGGESTED, offer.unit)
    assert (match.need_item, match.offer_item) == (need.items.get(), offer.items.get())
    assert Decimal(0) < match.fit < Decimal(1)
    assert match.reasons[-1] == {"kind": "yes", "title": "服务得到", "text": "服务全县各乡镇"}
    assert verbs(match) == ["suggest"]


def test_nothing_is_written_for_a_need_that_is_not_open(need, offer, system):
    Need.objects.filter(pk=need.pk).update(state=NeedState.CLOSED)

    assert suggest(need, by=system) == []


def test_nothing_is_written_where_everything_is_promised(need, offer, system):
    CommitmentFactory(need=need)

    assert suggest(need, by=system) == []


def test_only_the_system_writes_suggestions_down(need, offer, staff):
    with pytest.raises(PermissionDenied):
        suggest(need, by=staff)
    with pytest.raises(PermissionDenied):
        let_lapse(need, by=staff)


@pytest.mark.parametrize("who", ["staff", "clerk", "handler"])
def test_the_office_and_the_two_sides_say_why_it_does_not_fit(need, offer, system, who, request):
    suggest(need, by=system)
    user = request.getfixturevalue(who)

    match = decline_suggestion(need, offer, by=user, why=WhyNot.CONDITIONS, words=" 只做小件 ")

    assert (match.state, match.decline_reason) == (MatchState.DECLINED, "条件、规格对不上：只做小件")
    assert verbs(match) == ["suggest", "decline_suggestion"]
    found = suggestions_for(user, need)
    assert [one.offer for one in (*found.offers, *found.near)] == []
    assert found.declined == (match,)


@pytest.mark.parametrize("who", ["other_handler", "other_clerk", "auditor"])
def test_others_have_no_say(need, offer, who, request):
    with pytest.raises(PermissionDenied):
        decline_suggestion(need, offer, by=request.getfixturevalue(who), why=WhyNot.SUBJECT)

    assert Match.objects.count() == 0


def test_what_was_never_written_down_is_declined_as_well(need, offer, staff):
    match = decline_suggestion(need, offer, by=staff, why=WhyNot.SUBJECT)

    assert (match.state, match.decline_reason) == (MatchState.DECLINED, "不是一回事")
    assert match.fit is not None


def test_pressing_twice_declines_once(need, offer, staff):
    first = decline_suggestion(need, offer, by=staff, why=WhyNot.SUBJECT)
    second = decline_suggestion(need, offer, by=staff, why=WhyNot.TIME)

    assert (second.pk, second.decline_reason) == (first.pk, "不是一回事")
    assert verbs(first) == ["decline_suggestion"]


@pytest.mark.parametrize(
    ("why", "field"),
    [("", "why"), ("nonsense", "why"), (WhyNot.OTHER, "words")],
    ids=["none", "unknown", "other"],
)
def test_a_reason_is_needed(need, offer, staff, why, field):
    with pytest.raises(ValidationError) as refused:
        decline_suggestion(need, offer, by=staff, why=why, words="  ")

    assert list(refused.value.message_dict) == [field]


def test_other_reasons_are_told_in_words(need, offer, staff):
    match = decline_suggestion(need, offer, by=staff, why=WhyNot.OTHER, words="已经自己找到了")

    assert match.decline_reason == "已经自己找到了"


def test_a_closed_need_declines_nothing_more(need, offer, staff):
    Need.objects.filter(pk=need.pk).update(state=NeedState.CLOSED)

    with pytest.raises(ValidationError):
        decline_suggestion(need, offer, by=staff, why=WhyNot.SUBJECT)


def test_a_claim_after_a_suggestion_takes_it_up(need, offer, system, handler, kejiju):
    (match,) = suggest(need, by=system)

    made = exchange.claim(need, by=handler, unit=kejiju)

    match.refresh_from_db()
    assert match.state == MatchState.ACCEPTED
    assert next((e.verb, e.note) for e in history(match)) == ("take_up", made.number)
    with pytest.raises(ValidationError):
        decline_suggestion(need, offer, by=handler, why=WhyNot.SUBJECT)


def test_a_claim_of_another_unit_leaves_it(need, offer, system, other_handler, rsj):
    (match,) = suggest(need, by=system)

    exchange.claim(need, by=other_handler, unit=rsj)

    match.refresh_from_db()
    assert match.state == MatchState.SUGGESTED


def test_a_claim_with_another_offer_leaves_it(need, offer, system, handler, kejiju):
    (match,) = suggest(need, by=system)
    other = OfferFactory(unit=kejiju, title="技改专家").items.get()

    exchange.claim(need, by=handler, unit=kejiju, offer_item=other)

    match.refresh_from_db()
    assert match.state == MatchState.SUGGESTED


def test_booking_what_was_suggested_takes_it_up(need, offer, system, clerk, guanli):
    (match,) = suggest(need, by=system)

    exchange.book_offer(offer, by=clerk, organization=guanli)

    match.refresh_from_db()
    assert match.state == MatchState.ACCEPTED


def test_what_is_left_lapses_when_the_need_ends(need, offer, system, staff):
    (match,) = suggest(need, by=system)

    exchange.close_need(need, by=staff, outcome="withdrawn", note="企业自己解决了")

    match.refresh_from_db()
    assert match.state == MatchState.LAPSED
    assert verbs(match) == ["suggest", "let_lapse"]


def test_only_the_system_takes_up(need, offer, system, handler, kejiju):
    made = exchange.claim(need, by=handler, unit=kejiju)

    with pytest.raises(PermissionDenied):
        take_up(made, by=handler)
