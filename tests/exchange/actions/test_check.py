import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.core.audit import history
from shuanglian.exchange import actions
from shuanglian.exchange.choices import NeedState
from shuanglian.exchange.models import Need
from shuanglian.exchange.queries.check import checks_for

pytestmark = pytest.mark.django_db
FACTS = {"step": "accept", "text": " 企业名称对得上 ", "category": "KJ"}


def asked(step, category="KJ"):
    return [str(check) for check in checks_for("140921", step, category)]


def notes(need):
    return [entry.note for entry in history(need).filter(verb="check")]


def test_a_check_is_written_for_a_step_and_a_category(monday, staff):
    row = actions.create_check(by=staff, **FACTS)

    assert (row.text, row.version, row.required) == ("企业名称对得上", 1, False)
    assert ("企业名称对得上" in asked("accept"), "企业名称对得上" in asked("accept", "FL")) == (True, False)


def test_other_words_are_another_version_and_an_end_is_none(monday, staff):
    row = actions.create_check(by=staff, **FACTS)

    row = actions.change_check(row, by=staff, required=True)
    row = actions.change_check(row, by=staff, position=9)
    assert (row.version, row.required) == (2, True)
    row = actions.change_check(row, by=staff, ended_on=dt.date(2026, 3, 9))

    assert (row.version, "企业名称对得上" in asked("accept")) == (2, False)
    assert [entry.verb for entry in history(row)] == ["change", "change", "change", "create"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"text": " "}, "text"), ({"category": "XX"}, "category"), ({"step": "claim"}, "step")],
)
def test_a_check_without_sense_is_refused(monday, staff, wrong, field):
    with pytest.raises(ValidationError) as refused:
        actions.create_check(by=staff, **{**FACTS, **wrong})

    assert list(refused.value.message_dict) == [field]


@pytest.mark.parametrize("who", ["handler", "clerk", "liaison", "auditor", "sysadmin"])
def test_only_the_committee_writes_checks(monday, staff, request, who):
    row = actions.create_check(by=staff, **FACTS)
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        actions.create_check(by=person, **FACTS)
    with pytest.raises(PermissionDenied):
        actions.change_check(row, by=person, text="别的")


def test_what_was_ticked_stands_in_history(submitted, staff):
    first, _unticked, third = checks_for("140921", "accept", "KJ")

    actions.accept_need(submitted, by=staff, checks=[first.pk, third.pk])

    assert notes(submitted) == [
        "受理并开放前核对：写清楚了要什么、要多少、内容里没有不便公开的个人信息和商业秘密；没有打钩：有联系人和电话，打得通"
    ]


def test_nothing_ticked_is_no_duty_and_leaves_no_line(submitted, staff):
    need = actions.accept_need(submitted, by=staff)

    assert (need.state, notes(need)) == (NeedState.OPEN, [])


def test_none_of_the_first_checks_is_required(monday):
    steps = ("accept", "close", "deliver")

    assert [[c.required for c in checks_for("140921", step, "KJ")] for step in steps] == [
        [False] * 3,
        [False] * 2,
        [False],
    ]


def test_a_required_check_is_asked_before_each_step(submitted, kejiju, handler, staff):
    must = {
        step: actions.create_check(by=staff, step=step, text=f"{step}看过了", required=True)
        for step in ("accept", "deliver", "close")
    }

    with pytest.raises(ValidationError, match="受理并开放以前要先核对：accept看过了"):
        actions.accept_need(submitted, by=staff)
    assert Need.objects.get().state == NeedState.SUBMITTED
    need = actions.accept_need(submitted, by=staff, checks=[must["accept"].pk])
    promise = actions.claim(need, by=handler, unit=kejiju)
    with pytest.raises(ValidationError, match="报办结以前要先核对：deliver看过了"):
        actions.record_delivery(promise, by=handler)
    done = actions.record_delivery(promise, by=handler, checks=[must["deliver"].pk])
    actions.confirm_delivery(done, by=staff, verdict="not_yet", note="还在开裂")
    with pytest.raises(ValidationError, match="结束办理以前要先核对：close看过了"):
        actions.close_need(need, by=staff, outcome="explained", note="没有条件")
    actions.close_need(need, by=staff, outcome="explained", note="没有条件", checks=[must["close"].pk])

    assert [note.split("；")[0] for note in notes(need)] == [
        "结束办理前核对：close看过了",
        "报办结前核对：deliver看过了",
        "受理并开放前核对：accept看过了",
    ]


def test_a_check_of_another_category_is_not_asked(submitted, staff):
    actions.create_check(by=staff, step="accept", text="有用工合同", category="RC", required=True)

    assert actions.accept_need(submitted, by=staff).state == NeedState.OPEN
