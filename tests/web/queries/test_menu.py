import pytest
from django.contrib.auth.models import AnonymousUser

from shuanglian.web.queries.menu import COUNTS, MENU, counts_for, works_for_enterprise
from tests.web.stories import claimed, opened

pytestmark = pytest.mark.django_db


def keys(user):
    return [entry.key for entry in MENU if entry.allowed(user)]


def test_each_role_has_its_own_entries(
    staff,
    approver,
    clerk,
    handler,
    instructor,
    township_clerk,
    liaison,
    sysadmin,
    secadmin,
    auditor,
    stranger,
):
    assert keys(AnonymousUser()) == ["home", "needs", "offers", "rules"]
    assert keys(clerk) == ["home", "mine", "offers", "needs", "help"]
    assert (
        keys(staff)
        == keys(approver)
        == ["home", "needs", "console", "offers", "lists", "late", "gaps", "burden", "handover"]
    )
    assert keys(liaison) == ["home", "needs", "offers", "lists", "late", "gaps", "burden"]
    assert keys(handler) == ["home", "needs", "mine", "offers", "lists", "late"]
    assert keys(auditor) == ["home", "needs", "offers", "lists", "burden", "fared"]
    assert keys(instructor) == keys(township_clerk) == ["home", "needs", "offers", "lists", "gaps"]
    assert keys(sysadmin) == keys(stranger) == ["home"]
    assert keys(secadmin) == ["home", "handover"]


def test_only_enterprise_people_get_the_simple_pages(clerk, staff, instructor, stranger):
    assert [works_for_enterprise(u) for u in (clerk, staff, instructor, stranger, AnonymousUser())] == [
        True,
        False,
        False,
        False,
        False,
    ]


def test_counts_are_those_of_the_lists(monday, guanli, clerk, staff, handler, kejiju, other_handler):
    opened(guanli, clerk, staff)
    claimed(guanli, clerk, staff, handler, kejiju)
    assert counts_for(staff, COUNTS) == {"at_work": 0, "late": 0, "open": 1}
    assert counts_for(handler, COUNTS) == {"at_work": 1, "late": 0, "open": 1}
    assert counts_for(other_handler, {"at_work"}) == {"at_work": 0}


def test_every_count_of_the_menu_is_known():
    assert {entry.count for entry in MENU if entry.count} == set(COUNTS)
