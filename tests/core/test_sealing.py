import hashlib
from contextlib import suppress

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, ProgrammingError, connection, transaction
from psycopg.types.range import Range

from shuanglian.core.audit import record
from shuanglian.core.models import Entry, Seal, Term
from shuanglian.core.sealing import Break, Head, head, verify_chain
from tests.databases import ROOT

pytestmark = pytest.mark.django_db


def a_term(**fields):
    return Term.objects.create(dictionary="test", code="A", name="甲", **fields)


def seal_now():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def lines(staff, count):
    term = a_term() if not Term.objects.filter(dictionary="test").exists() else Term.objects.get(code="A")
    return [record(term, "change", by=staff, note=f"第{n}条") for n in range(count)]


def transactions(staff, count):
    """Lines that were recorded each by itself."""
    made = []
    for _ in range(count):
        made += lines(staff, 1)
        seal_now()
    return made


def behind_the_triggers(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, params)
        cursor.execute("SET LOCAL session_replication_role = origin")


def removed(entry):
    """A transaction of one line, with its seal."""
    behind_the_triggers("DELETE FROM core_seal WHERE lines[1] @> %s::bigint", entry.pk)
    behind_the_triggers("DELETE FROM core_entry WHERE id = %s", entry.pk)


def left_to_seal():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_unsealed")
        return cursor.fetchone()[0]


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


def test_each_transaction_is_chained_to_the_one_before(staff):
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


def test_a_transaction_removed_behind_the_trigger_breaks_the_chain(staff):
    _, second, third = transactions(staff, 3)
    removed(second)

    assert list(verify_chain()) == [Break(third.pk, "does not follow the entry sealed before it")]


def test_the_digest_is_plain_sha256_of_the_previous_digest_and_those_of_the_lines(staff):
    transactions(staff, 1)
    before = Seal.objects.get().digest
    lines(staff, 2)
    seal_now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_entry_text(e) FROM core_entry e ORDER BY id")
        _, *texts = [text for (text,) in cursor.fetchall()]
    digests = [hashlib.sha256(text.encode()).digest() for text in texts]

    assert [text.rpartition("|")[2] for text in texts] == ["第0条", "第1条"]
    assert Seal.objects.last().digests == b"".join(digests)
    assert Seal.objects.last().digest == hashlib.sha256(b"".join([before.encode(), *digests])).hexdigest()


def test_the_lines_of_a_transaction_have_one_seal(staff):
    entries = lines(staff, 60)
    seal_now()

    assert Seal.objects.get().lines == [Range(entries[0].pk, entries[-1].pk + 1)]
    assert list(verify_chain()) == []


def test_lines_that_come_after_the_constraints_were_asked_have_the_next(staff):
    for count in (40, 1, 30):
        lines(staff, count)
        seal_now()

    assert [len(seal.digests) // 32 for seal in Seal.objects.all()] == [40, 1, 30]
    assert list(verify_chain()) == []


def test_a_line_is_sealed_wherever_its_number_lies(staff):
    first = lines(staff, 40)[0]
    early = Entry(pk=first.pk - 2, actor=staff, verb="change", kind=first.kind, object_id=first.object_id)
    early.save(force_insert=True)
    lines(staff, 3)
    seal_now()

    assert {run.lower for seal in Seal.objects.all() for run in seal.lines} == {early.pk, first.pk}
    assert head().sealed == 44
    assert list(verify_chain()) == []


def test_lines_of_one_statement_need_no_numbers_in_a_row(staff):
    first = lines(staff, 1)[0]
    seal_now()
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO core_entry (id, "when", actor_id, behalf, verb, kind_id, object_id, changes, note)'
            " SELECT %s + n + n / 100, now(), %s, '', 'change', %s, n, '{}', '' FROM generate_series(250, 1, -1) n",
            [first.pk, staff.pk, first.kind_id],
        )
    seal_now()

    runs = [(run.lower - first.pk, run.upper - first.pk) for run in Seal.objects.last().lines]
    assert runs == [(1, 100), (101, 201), (202, 253)]
    assert list(verify_chain()) == []


def test_what_a_savepoint_took_back_is_not_sealed(staff):
    lines(staff, 2)
    with suppress(ZeroDivisionError), transaction.atomic():
        gone = lines(staff, 3)
        raise ZeroDivisionError
    lines(staff, 1)
    seal_now()

    runs = [(run.lower, run.upper) for run in Seal.objects.get().lines]
    assert runs == [(gone[0].pk - 2, gone[0].pk), (gone[-1].pk + 1, gone[-1].pk + 2)]
    assert (head().sealed, list(verify_chain())) == (3, [])


def test_a_savepoint_that_recorded_alone_leaves_nothing_to_seal(staff):
    with suppress(ZeroDivisionError), transaction.atomic():
        lines(staff, 3)
        raise ZeroDivisionError
    seal_now()

    assert (head().sealed, Seal.objects.count(), left_to_seal()) == (0, 0, 0)


def test_nothing_is_left_to_seal(staff):
    lines(staff, 3)
    assert left_to_seal() == 3
    seal_now()
    assert left_to_seal() == 0


def test_each_line_changed_among_many_is_named(staff):
    entries = lines(staff, 60)
    seal_now()
    for at in (7, 50):
        behind_the_triggers("UPDATE core_entry SET note = '改过' WHERE id = %s", entries[at].pk)

    assert list(verify_chain()) == [
        Break(entries[at].pk, "was changed after it was sealed") for at in (7, 50)
    ]


def test_two_lines_of_a_transaction_that_changed_places_are_named(staff):
    entries = lines(staff, 5)
    seal_now()
    behind_the_triggers(
        "UPDATE core_entry e SET note = other.note FROM core_entry other"
        " WHERE e.id + other.id = %s AND abs(e.id - other.id) = 2",
        entries[1].pk + entries[3].pk,
    )

    assert list(verify_chain()) == [Break(entries[at].pk, "was changed after it was sealed") for at in (1, 3)]


def test_each_line_removed_among_many_is_named(staff):
    entries = lines(staff, 60)
    seal_now()
    for at in (0, 31):
        behind_the_triggers("DELETE FROM core_entry WHERE id = %s", entries[at].pk)

    assert list(verify_chain()) == [
        Break(entries[at].pk, "was removed after it was sealed") for at in (0, 31)
    ]


def test_a_line_added_among_many_has_no_seal(staff):
    entries = lines(staff, 5)
    with suppress(ZeroDivisionError), transaction.atomic():
        (gap,) = lines(staff, 1)
        raise ZeroDivisionError
    lines(staff, 5)
    seal_now()
    behind_the_triggers(
        'INSERT INTO core_entry (id, "when", actor_id, behalf, verb, kind_id, object_id, changes, note)'
        ' SELECT added, "when", actor_id, behalf, verb, kind_id, object_id, changes, note'
        " FROM core_entry, unnest(%s) AS added WHERE id = %s",
        [gap.pk, entries[0].pk - 1, entries[0].pk + 100],
        entries[0].pk,
    )

    assert list(verify_chain()) == [
        Break(at, "has no seal") for at in (entries[0].pk - 1, gap.pk, entries[0].pk + 100)
    ]


@pytest.mark.parametrize(
    "forged",
    [
        "digests = substr(digests, 1, 64) || sha256('x') || substr(digests, 97)",
        "digests = substr(digests, 1, 128)",
        "digest = encode(sha256('x'), 'hex')",
    ],
)
def test_a_seal_changed_behind_the_triggers_breaks_the_chain(staff, forged):
    lines(staff, 5)
    seal_now()
    behind_the_triggers(f"UPDATE core_seal SET {forged}")

    assert list(verify_chain()) != []


def test_a_seal_that_covers_one_line_less_breaks_the_chain(staff):
    entries = lines(staff, 5)
    seal_now()
    behind_the_triggers(
        "UPDATE core_seal SET lines = ARRAY[int8range(lower(lines[1]), upper(lines[1]) - 1)],"
        " digests = substr(digests, 1, 128)"
    )

    assert list(verify_chain()) == [
        Break(entries[3].pk, "or its seal was changed after it was sealed"),
        Break(entries[4].pk, "has no seal"),
    ]


# ---- seals of one line, as they were made before ----


def sealed_as_before(staff, count):
    """Lines with a seal each, over the text of the line."""
    behind_the_triggers(
        'INSERT INTO core_entry ("when", actor_id, behalf, verb, kind_id, object_id, changes, note)'
        " SELECT now(), %s, '', 'change', %s, n, '{}', '' FROM generate_series(1, %s) n",
        staff.pk,
        ContentType.objects.get_for_model(Term).pk,
        count,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT e.id, core_entry_text(e) FROM core_entry e ORDER BY id DESC LIMIT %s", [count])
        texts = cursor.fetchall()[::-1]
    before = head()
    last = before.digest
    for entry_id, text in texts:
        digest = hashlib.sha256(f"{last}|{text}".encode()).hexdigest()
        Seal.objects.create(entry_id=entry_id, previous=last, digest=digest)
        last = digest
    behind_the_triggers("UPDATE core_chainhead SET sealed = %s, digest = %s", before.sealed + count, last)
    return Entry.objects.filter(pk__in=[entry_id for entry_id, _ in texts]).order_by("pk")


def test_older_seals_hold_and_the_newer_follow_them(staff):
    sealed_as_before(staff, 3)
    lines(staff, 2)
    seal_now()

    assert (head().sealed, list(verify_chain())) == (5, [])


def test_an_older_line_that_was_changed_or_removed_is_named(staff):
    _, second, third = sealed_as_before(staff, 3)
    lines(staff, 2)
    seal_now()
    behind_the_triggers("UPDATE core_entry SET note = '改过' WHERE id = %s", second.pk)
    behind_the_triggers("DELETE FROM core_entry WHERE id = %s", third.pk)

    assert list(verify_chain()) == [
        Break(second.pk, "or its seal was changed after it was sealed"),
        Break(third.pk, "was removed after it was sealed"),
    ]


# ---- the end of the chain ----


def test_the_head_counts_the_lines_and_holds_the_last_digest(staff):
    for count in (3, 40, 1):
        lines(staff, count)
        seal_now()

    assert head() == Head(44, Seal.objects.last().digest)


def test_the_newest_line_removed_with_its_seal_is_missed(staff):
    first, second = transactions(staff, 2)
    removed(second)

    assert list(verify_chain()) == [
        Break(first.pk, "is the last of 1, and what was number 2 is not among them")
    ]


def test_a_line_written_after_the_newest_was_removed_does_not_cover_it(staff):
    _, second = transactions(staff, 2)
    removed(second)
    (third,) = transactions(staff, 1)

    assert list(verify_chain()) == [Break(third.pk, "does not follow the entry sealed before it")]


def test_all_lines_removed_are_missed(staff):
    for entry in transactions(staff, 2):
        removed(entry)

    assert list(verify_chain()) == [Break(0, "is the last of 0, and what was number 2 is not among them")]


def test_a_head_set_back_is_missed_by_what_was_remembered(staff):
    first, second = transactions(staff, 2)
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
    line = hashlib.sha256(text.encode()).digest()
    digest = hashlib.sha256(last.encode() + line).hexdigest()
    Seal.objects.create(lines=[Range(forged.pk, forged.pk + 1)], digests=line, previous=last, digest=digest)

    assert list(verify_chain()) == [Break(forged.pk, "was not sealed by the database")]


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO core_seal (entry_id, previous, digest) SELECT id, '', 'x' FROM core_entry",
        "UPDATE core_chainhead SET sealed = sealed + 1",
        "DELETE FROM core_unsealed",
        "INSERT INTO core_unsealed VALUES (1, 2, '')",
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
