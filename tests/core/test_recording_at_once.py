"""Many sessions record at the same moment: the numbers of their lines come between each other."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction

from shuanglian.accounts.choices import Role
from shuanglian.core.audit import record
from shuanglian.core.models import Entry, Seal
from shuanglian.core.sealing import head, verify_chain
from tests import people

CROWD, LINES = 64, 5


def test_each_transaction_has_its_own_lines_in_its_seal(committed):
    staff = people.person("staff", "王晓岚", Role.STAFF)
    before, sealed = Seal.objects.count(), head().sealed
    barrier = threading.Barrier(CROWD, timeout=60)

    def one(name):
        connection.ensure_connection()
        barrier.wait()
        try:
            with transaction.atomic():
                for _ in range(LINES):
                    record(staff, "change", by=staff, note=name)
        finally:
            connection.close()

    with ThreadPoolExecutor(CROWD) as pool:
        list(pool.map(one, [f"第{n}人" for n in range(CROWD)]))

    said = [
        Entry.objects.filter(pk__in=[n for run in seal.lines for n in range(run.lower, run.upper)])
        .values_list("note", flat=True)
        .order_by("note")
        for seal in Seal.objects.all()[before:]
    ]
    assert sorted(map(list, said)) == sorted([f"第{n}人"] * LINES for n in range(CROWD))
    assert head().sealed == sealed + CROWD * LINES
    assert list(verify_chain()) == []
