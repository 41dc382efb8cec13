import sys
import threading
from contextlib import suppress

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from shuanglian.core import feeding as module
from shuanglian.core.feeding import ask, copy, feeding
from shuanglian.core.models import KnownHeading

pytestmark = pytest.mark.django_db
STATEMENT = 'COPY core_knownheading (user_id, register, head, "column") FROM STDIN'


def lines(user, *heads):
    return "".join(f"{user.pk}\torganizations\t{head}\tname\n" for head in heads)


def heads():
    return list(KnownHeading.objects.order_by("pk").values_list("head", flat=True))


def test_outside_it_is_in_at_once(staff):
    copy(STATEMENT, lines(staff, "甲", "乙"))
    assert heads() == ["甲", "乙"]


def test_what_is_asked_waits_for_what_was_given(staff):
    many = [f"第{n}列" for n in range(20_000)]  # more than is sent at once
    with feeding():
        copy(STATEMENT, lines(staff, *many))
        copy(STATEMENT, lines(staff, "甲"))
        assert KnownHeading.objects.count() == 20_001
        copy(STATEMENT, lines(staff, "乙"))
    assert heads()[-2:] == ["甲", "乙"]


def test_who_can_wait_for_an_answer_keeps_nobody(staff, monkeypatch):
    """The question is asked behind what was given before it, and before what is given after."""
    send, gate = module._send, threading.Event()

    def held(session, statement, text):
        gate.wait(10)
        send(session, statement, text)

    monkeypatch.setattr(module, "_send", held)
    with feeding():
        copy(STATEMENT, lines(staff, "甲"))
        answer = ask("SELECT head FROM core_knownheading WHERE register = %s", ["organizations"])
        copy(STATEMENT, lines(staff, "乙"))
        assert not answer.done()
        gate.set()
        assert answer.result(10) == [("甲",)]
    assert heads() == ["甲", "乙"]


def test_outside_an_answer_is_there_at_once(staff):
    assert ask("SELECT 1 + %s", [2]).result(0) == [(3,)]


def test_savepoints_keep_their_place_in_the_queue(staff):
    with feeding():
        with transaction.atomic():
            copy(STATEMENT, lines(staff, "甲"))
        with suppress(ZeroDivisionError), transaction.atomic():
            copy(STATEMENT, lines(staff, "乙"))
            raise ZeroDivisionError
        copy(STATEMENT, lines(staff, "丙"))
    assert heads() == ["甲", "丙"]


def test_what_is_refused_is_said_to_whoever_asks_next(staff):
    with transaction.atomic(), feeding():
        copy(STATEMENT, lines(staff, "甲", "甲"))
        with pytest.raises(IntegrityError):
            heads()
        transaction.set_rollback(True)
    assert heads() == []


def test_what_is_refused_is_said_at_the_latest_at_the_end(staff):
    with pytest.raises(DatabaseError), transaction.atomic(), feeding():
        copy("COPY nowhere FROM STDIN", "1\n")
    assert heads() == []


def test_after_a_mistake_the_connection_is_free_again(staff):
    with suppress(ZeroDivisionError), transaction.atomic(), feeding():
        copy(STATEMENT, lines(staff, *(f"第{n}列" for n in range(20_000))))
        raise ZeroDivisionError
    assert heads() == []
    assert connection.execute_wrappers == []


def test_what_was_given_behind_something_refused_is_not_in_after_the_savepoint(staff, monkeypatch):
    send = module._send

    def late(session, statement, text):
        if "late" in text:
            threading.Event().wait(0.2)  # so that the refusal is heard before
        send(session, statement, text)

    monkeypatch.setattr(module, "_send", late)
    with transaction.atomic(), feeding():
        with suppress(IntegrityError), transaction.atomic():
            copy(STATEMENT, lines(staff, "甲", "甲"))
            copy(STATEMENT, lines(staff, "late"))
            heads()
        copy(STATEMENT, lines(staff, "乙"))
    assert heads() == ["乙"]


def test_python_takes_its_usual_turns_again_when_the_last_has_fed():
    usual = sys.getswitchinterval()
    begun, done = threading.Event(), threading.Event()

    def feed():
        with feeding():
            begun.set()
            done.wait(20)

    another = threading.Thread(target=feed)
    with feeding():
        another.start()
        assert begun.wait(20)
    assert sys.getswitchinterval() < usual
    done.set()
    another.join()
    assert sys.getswitchinterval() == usual
