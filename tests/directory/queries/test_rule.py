import datetime as dt

import pytest

from shuanglian.core import dictionary
from shuanglian.core.models import Term
from shuanglian.directory.queries import HANDBOOK, months_after, rule

pytestmark = pytest.mark.django_db


def test_every_rule_is_a_word_of_the_dictionary_and_says_what_the_handbook_says():
    words = dictionary.names("directory_rule")
    assert {code: rule(code) for code in words} == HANDBOOK


def test_staff_change_a_number_in_the_dictionary():
    Term.objects.filter(dictionary="directory_rule", code="remind_months").update(name="4 个月")
    assert rule("remind_months") == 4


@pytest.mark.parametrize("name", ["半年", ""])
def test_a_word_without_a_number_leaves_the_handbook_in_force(name):
    Term.objects.filter(dictionary="directory_rule", code="remind_months").update(name=name)
    assert rule("remind_months") == 6


def test_there_are_no_other_rules():
    with pytest.raises(KeyError):
        rule("term_village")


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [("2024-02-29", 12, "2025-02-28"), ("2026-08-31", -6, "2026-02-28"), ("2026-03-09", 0, "2026-03-09")],
)
def test_months_after_keeps_to_the_calendar(day, months, after):
    assert months_after(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(after)
