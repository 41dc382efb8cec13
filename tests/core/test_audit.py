import pytest

from shuanglian.core.audit import history, record, snapshot
from shuanglian.core.models import Term

pytestmark = pytest.mark.django_db


def a_term(**fields):
    return Term.objects.create(dictionary="test", code="A", name="甲", **fields)


def test_record_keeps_only_what_changed(staff):
    term = a_term()
    before = snapshot(term)
    term.name = "乙"

    entry = record(term, "change", by=staff, before=before, note="更名", behalf="周建国")

    assert (entry.changes, entry.note, entry.behalf, entry.actor) == (
        {"name": ["甲", "乙"]},
        "更名",
        "周建国",
        staff,
    )


def test_history_is_newest_first_and_of_one_row(staff):
    one, other = a_term(), Term.objects.create(dictionary="test", code="B", name="乙")
    for verb in ("create", "change"):
        record(one, verb, by=staff)
    record(other, "create", by=staff)

    assert [e.verb for e in history(one)] == ["change", "create"]


def test_snapshot_leaves_secrets_and_stamps_out(staff):
    assert set(snapshot(staff)) & {"password", "last_login", "created", "updated"} == set()
