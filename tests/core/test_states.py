import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.core.audit import history
from shuanglian.exchange.choices import NeedState
from shuanglian.exchange.states import NEED
from tests.factories.exchange import NeedFactory

pytestmark = pytest.mark.django_db


def test_only_moves_that_are_allowed_here_are_offered(staff, stranger):
    need = NeedFactory(state=NeedState.SUBMITTED)

    assert [m.name for m in NEED.offered(need, staff)] == ["accept", "return", "close"]
    assert NEED.offered(need, stranger) == []


def test_a_move_changes_the_state_and_leaves_a_line(staff):
    need = NeedFactory(state=NeedState.SUBMITTED)

    NEED.make(need, "accept", by=staff)

    need.refresh_from_db()
    assert need.state == NeedState.OPEN
    assert [(e.verb, e.changes) for e in history(need)] == [("accept", {"state": ["submitted", "open"]})]


def test_a_move_from_elsewhere_is_refused_in_words(staff):
    need = NeedFactory(state=NeedState.CLOSED)

    with pytest.raises(ValidationError) as refusal:
        NEED.make(need, "accept", by=staff)

    assert refusal.value.messages == ["现在是“已办结”，不能受理并开放。"]


def test_a_move_sees_the_row_as_it_is_now_not_as_it_was_read(staff):
    stale = NeedFactory(state=NeedState.SUBMITTED)
    type(stale).objects.filter(pk=stale.pk).update(state=NeedState.RETURNED)

    with pytest.raises(ValidationError):
        NEED.make(stale, "accept", by=staff)


def test_a_reason_is_asked_for_where_one_is_due(staff):
    with pytest.raises(ValidationError) as refusal:
        NEED.make(NeedFactory(state=NeedState.SUBMITTED), "return", by=staff, note="  ")

    assert refusal.value.message_dict == {"note": ["退回补充要写明理由"]}


def test_who_may_not_is_refused_before_anything_else(stranger):
    with pytest.raises(PermissionDenied):
        NEED.make(NeedFactory(state=NeedState.CLOSED), "accept", by=stranger)


def test_a_consequence_needs_an_arrow_in_the_table(staff):
    with pytest.raises(ValidationError):
        NEED.follow(NeedFactory(state=NeedState.SUBMITTED), NeedState.DONE, by=staff)


def test_every_arrow_has_a_known_start_and_end():
    states = set(NeedState.values)

    assert {s for m in NEED.moves for s in (*m.sources, m.target)} - states == set()


def test_every_state_can_be_reached():
    reached, grew = {NeedState.DRAFT}, True
    while grew:
        more = {m.target for m in NEED.moves if reached & set(m.sources)}
        grew = not more <= reached
        reached |= more

    assert reached == set(NeedState.values)
