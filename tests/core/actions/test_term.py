import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.core import actions, dictionary
from shuanglian.core.audit import history
from shuanglian.core.models import Term
from tests.factories.core import TermFactory

pytestmark = pytest.mark.django_db
NEXT = dt.date(2026, 4, 1)


@pytest.fixture
def red(monday):
    return TermFactory(dictionary="colour", code="R", name="红", note="旧")


def called(day):
    return dictionary.names_on("colour", day)["R"]


def test_what_a_word_was_called_stays_known(red, secadmin, monday):
    actions.change_term(red, by=secadmin, name="大红")
    actions.change_term(red, by=secadmin, name="正红")

    assert [called(day) for day in (monday - dt.timedelta(days=1), monday, NEXT)] == ["红", "正红", "正红"]
    assert Term.objects.get(code="R").wordings == [["", "红", "旧"], ["2026-03-09", "正红", "旧"]]


def test_other_facts_make_no_new_wording(red, secadmin):
    actions.change_term(red, by=secadmin, position=9, valid_to=NEXT)

    assert Term.objects.get(code="R").wordings == []


def test_a_planned_name_holds_from_its_day_without_anybody_doing_anything(red, staff, time_machine):
    actions.plan_term(red, by=staff, starts=NEXT, name=" 大红 ", note="新")
    dictionary.forget("colour")
    assert (dictionary.names("colour"), Term.objects.get(code="R").name) == ({"R": "红"}, "红")

    time_machine.move_to(dt.datetime(2026, 3, 31, 16, 1, tzinfo=dt.UTC))  # one minute past midnight here
    dictionary.forget("colour")
    assert (dictionary.names("colour"), called(dt.date(2026, 3, 31))) == ({"R": "大红"}, "红")
    assert dictionary.choices("colour", NEXT) == [("R", "大红")]


def test_the_row_catches_up_once(red, staff, system, time_machine):
    actions.plan_term(red, by=staff, starts=NEXT, name="大红", note="新")
    assert actions.apply_terms(by=system) == 0
    time_machine.move_to(dt.datetime(2026, 4, 1, 3, 0, tzinfo=dt.UTC))
    assert [actions.apply_terms(by=system) for _ in range(2)] == [1, 0]

    row = Term.objects.get(code="R")
    assert (row.name, row.note) == ("大红", "新")
    assert [(e.verb, e.actor, e.note) for e in history(row)] == [
        ("change", system, "按预定"),
        ("plan", staff, "2026-04-01 起叫“大红”"),
    ]


def test_a_plan_is_changed_by_planning_again_and_taken_back(red, staff):
    actions.plan_term(red, by=staff, starts=NEXT, name="大红")
    again = actions.plan_term(red, by=staff, starts=NEXT, name="深红")
    assert actions.planned(again) == [["2026-04-01", "深红", ""]]

    assert actions.planned(actions.unplan_term(red, by=staff)) == []
    assert called(NEXT) == "红"
    with pytest.raises(ValidationError, match="没有预定"):
        actions.unplan_term(red, by=staff)


@pytest.mark.parametrize(
    ("starts", "name", "field"),
    [(dt.date(2026, 3, 9), "大红", "starts"), (dt.date(2027, 1, 1), "大红", "starts"), (NEXT, "  ", "name")],
)
def test_a_plan_must_make_sense(red, staff, starts, name, field):
    Term.objects.update(valid_to=dt.date(2026, 12, 31))
    with pytest.raises(ValidationError) as refused:
        actions.plan_term(red, by=staff, starts=starts, name=name)

    assert list(refused.value.message_dict) == [field]


def test_others_plan_nothing(red, clerk, staff):
    for act in (
        lambda: actions.plan_term(red, by=clerk, starts=NEXT, name="x"),
        lambda: actions.unplan_term(red, by=clerk),
        lambda: actions.apply_terms(by=staff),
    ):
        with pytest.raises(PermissionDenied):
            act()
