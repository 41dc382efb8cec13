"""Two presses of one button, on two connections at the same time."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

from django.db import connection
from django.test import Client

from shuanglian.accounts.choices import Role
from shuanglian.directory.models import Division
from shuanglian.exchange.models import Need
from tests import people


def test_two_presses_at_the_same_time_make_one_need(committed):
    guanli = people.organization("冠力集团", 1, Division.objects.get(code="140921104"))
    clerk = people.person("guanli", "周建国", Role.ENTERPRISE_CLERK, guanli.pk)
    form = {
        "token": str(uuid.uuid4()),
        "detail": "想招 5 名车工",
        "category": "RC",
        "measure": "人",
        "quantity": "5",
        "when": "month",
    }
    barrier = threading.Barrier(2)

    def press(browser):
        connection.ensure_connection()
        barrier.wait()
        try:
            return browser.post("/needs/new/", form)["Location"]
        finally:
            connection.close()

    browsers = [Client(), Client()]
    for browser in browsers:
        browser.force_login(clerk)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(press, browsers))

    assert [f"/needs/{need.pk}/" for need in Need.objects.all()] * 2 == answers
