from dataclasses import replace

import pytest

from shuanglian.core.register import acting
from shuanglian.directory.models import Organization
from tests.core.register.sample import SAMPLE

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.register.sample_urls")]


def names(buttons):
    return [button.act.name for button in buttons]


def test_buttons_are_those_the_user_may_press_now(guanli, staff, clerk, stranger):
    assert names(acting.offered(SAMPLE, guanli, staff)) == ["check", "count", "archive"]
    assert names(acting.offered(SAMPLE, guanli, clerk)) == ["check"]
    assert names(acting.offered(SAMPLE, guanli, stranger)) == []

    guanli.registration = "cancelled"
    assert names(acting.offered(SAMPLE, guanli, staff)) == ["check", "count"]


def test_only_what_needs_words_is_asked(staff):
    check, count, archive = acting.bulk(SAMPLE, staff)

    assert [button.asks for button in (check, count, archive)] == [False, True, True]
    assert acting.question(check, staff) is None
    assert list(acting.question(count, staff).fields) == ["members"]
    assert acting.question(archive, staff).fields["note"].required is True


def test_unknown_buttons_are_none():
    assert acting.button(SAMPLE, "explode") is None


def test_many_rows_are_done_one_by_one_and_refusals_are_named(guanli, haokun, staff):
    Organization.objects.filter(pk=haokun.pk).update(registration="moved")
    check = acting.button(SAMPLE, "check")
    outcome = acting.press_many(SAMPLE, check, Organization.objects.order_by("pk"), {}, by=staff)

    guanli.refresh_from_db()
    assert (outcome.done, guanli.checked_by) == (1, staff)
    assert [(r.title, r.reason, r.href) for r in outcome.refused] == [
        (haokun.name, "已经注销，不用核对", f"/sample/{haokun.pk}/")
    ]


def test_what_is_not_offered_on_a_row_is_not_done_in_bulk(guanli, staff):
    Organization.objects.filter(pk=guanli.pk).update(registration="moved")
    archive = acting.button(SAMPLE, "archive")
    outcome = acting.press_many(SAMPLE, archive, Organization.objects.all(), {"note": "搬走"}, by=staff)

    assert [refused.reason for refused in outcome.refused] == ["现在不能停用"]


def test_no_permission_is_a_reason_too(guanli, clerk):
    count = acting.button(SAMPLE, "count")
    outcome = acting.press_many(SAMPLE, count, [guanli], {"members": 3}, by=clerk)

    assert (outcome.done, [refused.reason for refused in outcome.refused]) == (0, ["您的角色不能登记党员数"])


def test_a_form_starts_with_what_is_known_of_the_row(guanli, staff):
    count = acting.button(SAMPLE, "count")
    knowing = replace(count, act=replace(count.act, fill=lambda row: {"members": row.member_count}))
    guanli.member_count = 7

    assert acting.question(knowing, staff, row=guanli)["members"].value() == 7
    assert acting.question(knowing, staff)["members"].value() is None
    assert acting.question(knowing, staff, {"members": "8"}, row=guanli)["members"].value() == "8"
