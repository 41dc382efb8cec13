import datetime as dt
import logging

import pytest
from django.db import connection

from shuanglian.core import anchors, tasks
from shuanglian.core.audit import record
from shuanglian.core.models import Seal, Term
from shuanglian.core.sealing import Head, head, verify_chain

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path, caplog):
    caplog.set_level(logging.CRITICAL, "shuanglian")
    settings.VAR = tmp_path


def happened(staff, code):
    record(Term.objects.create(dictionary="test", code=code, name="甲"), "create", by=staff)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_nothing_is_remembered_before_anything_happened():
    assert anchors.remember() is None
    assert anchors.remembered() == []


def test_the_head_is_remembered_once_and_again_when_more_happened(staff, monday):
    happened(staff, "A")
    tasks.remember_history(0)
    tasks.remember_history(0)
    first = head()
    happened(staff, "B")
    tasks.remember_history(0)

    when = dt.datetime(2026, 3, 9, 1, 0, tzinfo=dt.UTC)
    assert anchors.remembered() == [anchors.Anchor(when, first), anchors.Anchor(when, head())]
    assert (first.sealed, head()) == (1, Head(2, Seal.objects.last().digest))
    assert anchors.path().read_text().startswith(f"2026-03-09T09:00:00+08:00 1 {first.digest}\n")
    assert list(verify_chain([at.head for at in anchors.remembered()])) == []


def test_what_is_no_anchor_is_refused_with_its_line(staff):
    happened(staff, "A")
    anchors.remember()
    with anchors.path().open("a") as file:
        file.write("改过\n")
    with anchors.path().open("ab") as file:
        file.write(b"\xff\n")

    with pytest.raises(anchors.UnreadableError) as refusal:
        anchors.remembered()
    assert str(refusal.value) == f"{anchors.path()}:2"
