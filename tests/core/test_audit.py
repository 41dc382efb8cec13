import hashlib

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from shuanglian.core.audit import Break, Head, head, history, record, snapshot, verify_chain
from shuanglian.core.models import Entry, Seal, Term
from tests.databases import ROOT

pytestmark = pytest.mark.django_db


def a_term(**fields):
    return Term.objects.create(dictionary="test", code="A", name="甲", **fields)


def seal_now():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


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


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE core_entry SET note = 'x'",
        "DELETE FROM core_entry",
        "TRUNCATE core_entry CASCADE",
        "UPDATE core_seal SET digest = 'x'",
        "DELETE FROM core_seal",
        "UPDATE core_chainhead SET digest = 'x'",
        "UPDATE core_chainhead SET sealed = 0, digest = ''",
        "DELETE FROM core_chainhead",
        "TRUNCATE core_chainhead",
    ],
)
def test_history_cannot_be_changed_even_by_the_database_owner(staff, sql):
    record(a_term(), "create", by=staff)
    seal_now()

    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)

    assert Entry.objects.count() == 1


def test_each_entry_is_chained_to_the_one_before(staff):
    term = a_term()
    for verb in ("create", "change", "close"):
        record(term, verb, by=staff)
    seal_now()

    seals = list(Seal.objects.all())

    assert [s.previous for s in seals] == ["", seals[0].digest, seals[1].digest]
    assert list(verify_chain()) == []


def test_a_line_changed_behind_the_trigger_breaks_the_chain(staff):
    term = a_term()
    entries = [record(term, verb, by=staff) for verb in ("create", "change")]
    seal_now()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE core_entry SET note = '改过' WHERE id = %s", [entries[0].pk])

    assert list(verify_chain()) == [Break(entries[0].pk, "was changed after it was sealed")]


def test_a_line_removed_behind_the_trigger_breaks_the_chain(staff):
    term = a_term()
    first, second, third = (record(term, verb, by=staff) for verb in ("create", "change", "close"))
    seal_now()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM core_seal WHERE entry_id = %s", [second.pk])
        cursor.execute("DELETE FROM core_entry WHERE id = %s", [second.pk])

    assert list(verify_chain()) == [Break(third.pk, "does not follow the entry sealed before it")]
    assert first.pk < third.pk


def test_the_digest_is_plain_sha256_of_the_previous_digest_and_the_line(staff):
    entry = record(a_term(), "create", by=staff, note="第一条")
    seal_now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_entry_text(e) FROM core_entry e")
        (text,) = cursor.fetchone()

    assert text.startswith(f"{entry.pk}|")
    assert text.endswith("|第一条")
    assert Seal.objects.get().digest == hashlib.sha256(f"|{text}".encode()).hexdigest()


def lines(staff, count):
    term = a_term() if not Term.objects.filter(dictionary="test").exists() else Term.objects.get(code="A")
    return [record(term, "change", by=staff, note=f"第{n}条") for n in range(count)]


def test_many_lines_of_a_transaction_are_sealed_in_their_order(staff):
    entries = lines(staff, 60)
    seal_now()

    assert list(Seal.objects.values_list("entry_id", flat=True)) == [entry.pk for entry in entries]
    assert list(verify_chain()) == []


def test_lines_that_come_after_many_were_sealed_follow_them(staff):
    for count in (40, 1, 30):
        lines(staff, count)
        seal_now()

    assert Seal.objects.count() == 71
    assert list(verify_chain()) == []


def test_a_line_is_sealed_wherever_its_number_lies(staff):
    first = lines(staff, 40)[0]
    early = Entry(pk=first.pk - 1, actor=staff, verb="change", kind=first.kind, object_id=first.object_id)
    early.save(force_insert=True)
    lines(staff, 3)
    seal_now()

    assert Seal.objects.count() == 44
    assert list(verify_chain()) == []


def test_more_lines_than_are_sealed_at_once(staff):
    with connection.cursor() as cursor:
        first = lines(staff, 1)[0]
        cursor.execute(
            'INSERT INTO core_entry ("when", actor_id, behalf, verb, kind_id, object_id, changes, note)'
            " SELECT now(), %s, '', 'change', %s, n, '{}', '' FROM generate_series(1, 10050) n",
            [staff.pk, first.kind_id],
        )
    seal_now()

    assert Seal.objects.count() == 10_051
    assert list(verify_chain()) == []


def test_a_line_changed_among_many_breaks_the_chain(staff):
    entries = lines(staff, 60)
    seal_now()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE core_entry SET note = '改过' WHERE id = %s", [entries[50].pk])

    assert list(verify_chain()) == [Break(entries[50].pk, "was changed after it was sealed")]


# ---- the end of the chain ----


def behind_the_triggers(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, params)
        cursor.execute("SET LOCAL session_replication_role = origin")


def removed(entry):
    behind_the_triggers("DELETE FROM core_seal WHERE entry_id = %s", entry.pk)
    behind_the_triggers("DELETE FROM core_entry WHERE id = %s", entry.pk)


def test_the_head_counts_the_lines_and_holds_the_last_digest(staff):
    for count in (3, 40, 1):
        lines(staff, count)
        seal_now()

    assert head() == Head(44, Seal.objects.last().digest)


def test_the_newest_line_removed_with_its_seal_is_missed(staff):
    first, second = lines(staff, 2)
    seal_now()
    removed(second)

    assert list(verify_chain()) == [
        Break(first.pk, "is the last of 1, and what was number 2 is not among them")
    ]


def test_a_line_written_after_the_newest_was_removed_does_not_cover_it(staff):
    _, second = lines(staff, 2)
    seal_now()
    removed(second)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL core.last_seal = ''")  # a later transaction
    (third,) = lines(staff, 1)
    seal_now()

    assert list(verify_chain()) == [Break(third.pk, "does not follow the entry sealed before it")]


def test_all_lines_removed_are_missed(staff):
    for entry in lines(staff, 2):
        seal_now()
        removed(entry)

    assert list(verify_chain()) == [Break(0, "is the last of 0, and what was number 2 is not among them")]


def test_a_head_set_back_is_missed_by_what_was_remembered(staff):
    first, second = lines(staff, 2)
    seal_now()
    before = head()
    removed(second)
    digest = Seal.objects.get().digest
    behind_the_triggers("UPDATE core_chainhead SET sealed = 1, digest = %s", digest)

    assert list(verify_chain()) == []
    assert list(verify_chain([Head(1, digest)])) == []
    assert list(verify_chain([before])) == [
        Break(first.pk, "is the last of 1, and what was number 2 is not among them")
    ]


def test_a_line_with_a_seal_of_its_own_making_is_named(staff):
    lines(staff, 1)
    seal_now()
    last = Seal.objects.get().digest
    behind_the_triggers(
        'INSERT INTO core_entry ("when", actor_id, behalf, verb, kind_id, object_id, changes, note)'
        " SELECT \"when\", actor_id, behalf, 'forged', kind_id, object_id, changes, note FROM core_entry"
    )
    forged = Entry.objects.get(verb="forged")
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_entry_text(e) FROM core_entry e WHERE id = %s", [forged.pk])
        (text,) = cursor.fetchone()
    digest = hashlib.sha256(f"{last}|{text}".encode()).hexdigest()
    Seal.objects.create(entry=forged, previous=last, digest=digest)

    assert list(verify_chain()) == [Break(forged.pk, "was not sealed by the database")]


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO core_seal (entry_id, previous, digest) SELECT id, '', 'x' FROM core_entry",
        "UPDATE core_chainhead SET sealed = sealed + 1",
        "DELETE FROM core_entry",
    ],
)
def test_the_applications_own_role_has_its_lines_sealed_and_seals_nothing(staff, sql):
    rights = (ROOT / "deploy/postgresql-roles.sql").read_text()
    term = a_term()
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE shuanglian_app")
        cursor.execute(rights.replace("BEGIN;", "").replace("COMMIT;", ""))
        cursor.execute("SET LOCAL ROLE shuanglian_app")
        record(term, "create", by=staff)
        seal_now()

        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.execute(sql)
    assert (head().sealed, list(verify_chain())) == (1, [])
