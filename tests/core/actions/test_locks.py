import threading

import pytest
from django.db import IntegrityError, transaction

from shuanglian.core import feeding as module
from shuanglian.core.actions import locks
from shuanglian.core.feeding import copy, feeding
from shuanglian.core.models import ImportFile, KnownHeading
from shuanglian.core.register import progress
from shuanglian.core.register.progress import Progress

pytestmark = pytest.mark.django_db
STATEMENT = 'COPY core_knownheading (user_id, register, head, "column") FROM STDIN'


def test_a_report_hears_at_once_that_the_job_is_not_wanted(batch):
    report = locks.reporter(batch)
    report(1, 9)
    ImportFile.objects.update(stopped=True)

    with pytest.raises(locks.StoppedError):
        report(2, 9)
    assert progress.heard(locks.job_name(batch)) == Progress(2, 9)


def test_a_report_does_not_wait_for_what_is_being_fed_in(batch, staff, monkeypatch):
    send, gate = module._send, threading.Event()

    def held(session, statement, text):
        gate.wait(10)
        send(session, statement, text)

    monkeypatch.setattr(module, "_send", held)
    report = locks.reporter(batch)
    ImportFile.objects.update(stopped=True)
    with feeding():
        copy(STATEMENT, f"{staff.pk}\tterms\t甲\tname\n")
        report(1, 9)
        report(2, 9)
        gate.set()
        assert progress.heard(locks.job_name(batch)) == Progress(2, 9)
        with pytest.raises(locks.StoppedError):
            report(3, 9)


def test_what_is_refused_is_said_by_who_gave_it(batch, staff):
    line = f"{staff.pk}\tterms\t甲\tname\n"
    with transaction.atomic(), feeding():
        report = locks.reporter(batch)
        copy(STATEMENT, line + line)
        for done in range(3):
            report(done, 3)
        with pytest.raises(IntegrityError):
            KnownHeading.objects.count()
        transaction.set_rollback(True)
