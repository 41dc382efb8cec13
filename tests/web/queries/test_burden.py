import datetime as dt

import pytest

from shuanglian.accounts.choices import Role
from shuanglian.core.audit import record
from shuanglian.directory import actions as directory
from shuanglian.web.queries.burden import FEWEST, FILLINGS, OTHERS, burden_of, months
from tests.factories.directory import OrganizationFactory
from tests.people import person
from tests.web.stories import posted

MARCH = dt.date(2026, 3, 1)
pytestmark = pytest.mark.django_db


def by_title(found):
    return {one.filling.title: one.times for one in found.forms}


def test_a_form_counts_as_often_as_it_was_used(monday, guanli, clerk):
    posted(guanli, clerk)
    posted(guanli, clerk, title="想做检测")
    directory.check_organization(guanli, by=clerk)
    found = burden_of("140921", MARCH)
    assert by_title(found) == {"提需求": 2, "核对企业信息": 1}
    asked = next(one for one in found.forms if one.filling.title == "提需求")
    assert (asked.filling.held, asked.minutes) == (2, round(asked.filling.seconds * 2 / 60))
    assert burden_of("140921", dt.date(2026, 2, 1)).forms == []
    assert burden_of("140922", MARCH).forms == []


def test_a_press_is_a_glance(monday, guanli, clerk):
    directory.check_organization(guanli, by=clerk)
    (one,) = burden_of("140921", MARCH).forms
    assert (one.filling.fields, one.filling.seconds, one.minutes) == (0, 2, 1)


def test_roles_of_few_people_are_counted_together(monday, guanli, clerk, staff):
    posted(guanli, clerk)
    directory.check_organization(guanli, by=staff)
    (only,) = burden_of("140921", MARCH).roles
    assert (only.role, only.times) == (OTHERS, 2)


def test_a_role_of_three_stands_by_itself(monday, guanli, staff):
    for n in range(FEWEST):
        row = OrganizationFactory()
        directory.check_organization(row, by=person(f"qiye{n}", f"经办{n}", Role.ENTERPRISE_CLERK, row.pk))
    directory.check_organization(guanli, by=staff)
    roles = {one.role: (one.times, one.fields) for one in burden_of("140921", MARCH).roles}
    assert roles == {"企业和社会组织": (3, 0), OTHERS: (1, 0)}


def test_what_the_machine_does_burdens_nobody(monday, guanli, system):
    record(guanli, "check", by=system)
    assert burden_of("140921", MARCH).roles == []


def test_each_occasion_is_named_once():
    named = [(filling.kind, verb) for filling in FILLINGS for verb in filling.verbs]
    assert len(named) == len(set(named))
    assert len({filling.title for filling in FILLINGS}) == len(FILLINGS)


def test_a_year_of_months_to_choose_from():
    assert months(dt.date(2026, 3, 9))[:3] == [MARCH, dt.date(2026, 2, 1), dt.date(2026, 1, 1)]
    assert len(months(dt.date(2026, 3, 9))) == 12
