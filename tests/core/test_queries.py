import pytest

from shuanglian.core import actions, queries
from shuanglian.core.registers import TERMS
from tests.factories.core import TermFactory

pytestmark = pytest.mark.django_db


def test_words_are_seen_by_those_who_keep_or_check_them(staff, auditor, clerk):
    term = TermFactory()

    assert [
        queries.terms_visible_to(user).filter(pk=term.pk).count() for user in (staff, auditor, clerk)
    ] == [1, 1, 0]


def test_dictionaries_have_names_that_are_words_too():
    TermFactory(dictionary="colour")
    TermFactory(dictionary="dictionary", code="colour", name="颜色")
    TermFactory(dictionary="unnamed")
    found = queries.dictionaries()

    assert (found["colour"], found["unnamed"], found["dictionary"]) == ("颜色", "unnamed", "字典")


def test_personal_settings_are_personal(staff, secadmin):
    actions.choose_columns(TERMS, ["name", "code"], by=staff)
    view = actions.save_view(TERMS, "常看", "?q=1", by=staff)

    assert queries.chosen_columns(staff, "terms") == ["name", "code"]
    assert queries.chosen_columns(secadmin, "terms") == []
    assert list(queries.saved_views(staff, "terms")) == [view]
    assert list(queries.saved_views(secadmin, "terms")) == []
    assert list(queries.imports_of(staff, "terms")) == []
