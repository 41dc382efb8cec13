from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from shuanglian.core.numbering import next_number


@pytest.mark.django_db
def test_numbers_run_per_county_kind_and_year():
    given = [
        next_number(*k)
        for k in [("140921", "XQ", 2026)] * 2 + [("140922", "XQ", 2026), ("140921", "GX", 2026)]
    ]

    assert given == ["XQ20260001", "XQ20260002", "XQ20260001", "GX20260001"]


@pytest.mark.django_db
def test_a_rolled_back_act_leaves_no_gap():
    with transaction.atomic():
        next_number("140921", "XQ", 2026)
        transaction.set_rollback(True)

    assert next_number("140921", "XQ", 2026) == "XQ20260001"


def test_no_number_is_given_twice_to_many_at_once(committed):
    def one(_):
        try:
            return next_number("140921", "XQ", 2026)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        given = list(pool.map(one, range(48)))

    assert sorted(given) == [f"XQ2026{n:04d}" for n in range(1, 49)]
