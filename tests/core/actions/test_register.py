import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.core import actions, dictionary
from shuanglian.core.audit import history
from shuanglian.core.models import SavedView
from shuanglian.core.registers import TERMS
from tests.factories.core import TermFactory

pytestmark = pytest.mark.django_db
RED = {"dictionary": "colour", "code": "R", "name": "红"}


def refusal(call, *args, **kwargs):
    with pytest.raises(ValidationError) as refused:
        call(*args, **kwargs)
    error = refused.value
    return error.message_dict if hasattr(error, "error_dict") else error.messages


def test_a_keeper_adds_a_word(staff, django_capture_on_commit_callbacks):
    assert dictionary.names("colour") == {}
    with django_capture_on_commit_callbacks(execute=True):
        term = actions.create_term(by=staff, **RED)

    assert [(entry.verb, entry.actor) for entry in history(term)] == [("create", staff)]
    assert dictionary.names("colour") == {"R": "红"}


def test_a_code_is_given_once(staff):
    TermFactory(dictionary="colour", code="R")

    assert refusal(actions.create_term, by=staff, **RED) == {"code": ["这个字典里已经有“R”了"]}


def test_dates_must_be_the_right_way_round(staff):
    dates = {"valid_from": dt.date(2026, 3, 2), "valid_to": dt.date(2026, 3, 1)}

    assert refusal(actions.create_term, by=staff, **RED, **dates) == {
        "valid_to": ["停用日期不能早于启用日期"]
    }


def test_a_word_is_renamed_and_ended_but_keeps_its_code(secadmin, monday):
    term = TermFactory(dictionary="colour", code="R", name="红")
    actions.change_term(term, by=secadmin, **{**RED, "name": "大红"}, valid_to=dt.date(2026, 12, 31))

    (entry,) = history(term)
    assert entry.changes == {
        "name": ["红", "大红"],
        "valid_to": [None, "2026-12-31"],
        "wordings": [[], [["", "红", ""], ["2026-03-09", "大红", ""]]],
    }
    assert refusal(actions.change_term, term, by=secadmin, code="G") == {
        "code": ["已经有内容用着它，不能改。可以停用这个词，另建一个"]
    }


@pytest.mark.parametrize("name", ["clerk", "sysadmin", "auditor", "stranger"])
def test_others_do_not_keep_dictionaries(request, name):
    user = request.getfixturevalue(name)
    with pytest.raises(PermissionDenied):
        actions.create_term(by=user, **RED)
    with pytest.raises(PermissionDenied):
        actions.change_term(TermFactory(), by=user, name="x")


def test_personal_settings_need_an_open_register(stranger):
    with pytest.raises(PermissionDenied):
        actions.choose_columns(TERMS, ["name"], by=stranger)
    with pytest.raises(PermissionDenied):
        actions.save_view(TERMS, "我的", "?q=1", by=stranger)
    with pytest.raises(PermissionDenied):
        actions.record_export(TERMS, 1, "", by=stranger)


def test_a_kept_list_is_replaced_by_its_name_and_only_ones_own_is_dropped(staff, secadmin):
    first = actions.save_view(TERMS, "常看", "?q=1", by=staff)
    second = actions.save_view(TERMS, "常看", "?q=2", by=staff)

    assert (first.pk, second.query) == (second.pk, "?q=2")
    with pytest.raises(PermissionDenied):
        actions.drop_view(second, by=secadmin)
    actions.drop_view(second, by=staff)
    assert SavedView.objects.count() == 0


def test_kept_lists_have_limits(staff):
    for number in range(actions.MOST_VIEWS):
        actions.save_view(TERMS, f"第{number}", "?", by=staff)

    assert refusal(actions.save_view, TERMS, "再一个", "?", by=staff) == {
        "name": ["最多存 12 组条件，请先删掉不用的"]
    }
    assert refusal(actions.save_view, TERMS, "长" * 21, "?", by=staff) == {
        "name": ["名字不能超过 20 个字，条件也不能太长"]
    }
