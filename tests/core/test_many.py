import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from shuanglian.core.audit import beginnings, history, record
from shuanglian.core.clock import now
from shuanglian.core.feeding import copy
from shuanglian.core.many import Many, are_clean, is_one, put_together
from shuanglian.directory.models import Organization
from tests.factories import factory_for

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_clock_stands_still(time_machine):
    time_machine.move_to(dt.datetime(2026, 3, 9, 1, 30, tzinfo=dt.UTC), tick=False)


BLANK = {"kind": "private_enterprise", "pinyin": "jia", "initials": "j"}


def many_of(town, **columns):
    count = len(next(iter(columns.values())))
    many = Many(Organization(county="140921", **BLANK), count)
    for name, values in {"name": ["甲厂"] * count, "division": [town] * count, **columns}.items():
        many.put(name, values)
    return many


def stored(many, by):
    keys = many.number()
    copy(*many.as_copy())
    copy(*beginnings(many, "create", by=by))
    return [Organization.objects.get(pk=key) for key in keys]


AWKWARD = ["乙\t厂\\N", '丙"厂"', "丁\n厂 %s", "", "戊\r\\厂", "\\N"]


def test_rows_are_stored_with_keys_and_stamps_and_recorded_as_one_by_one(town, staff):
    days = [None, dt.date(2026, 3, 5), None, None, None, dt.date(2026, 3, 6)]
    together = stored(
        many_of(
            town, note=AWKWARD, checked_on=days, member_count=[1, 0, 2, 3, 4, 5], is_scaled=[True, False] * 3
        ),
        staff,
    )
    for row, note, day, count, scaled in zip(
        together, AWKWARD, days, [1, 0, 2, 3, 4, 5], [True, False] * 3, strict=True
    ):
        alone = Organization.objects.create(
            **BLANK,
            county="140921",
            name="甲厂",
            division=town,
            note=note,
            checked_on=day,
            member_count=count,
            is_scaled=scaled,
        )
        record(alone, "create", by=staff)
        assert (row.note, row.checked_on, row.member_count, row.is_scaled) == (note, day, count, scaled)
        assert (row.created, row.updated) == (now(), now())
        (line,), (lone,) = history(row), history(alone)
        assert {**line.changes, "id": None} == {**lone.changes, "id": None}
        assert line.changes["id"] == [None, row.pk]
        assert (line.verb, line.actor, line.behalf, line.note) == ("create", staff, "", "")
    assert factory_for(Organization)().pk > together[-1].pk


def test_one_alone_is_stored_too(town, staff):
    (row,) = stored(many_of(town, name=["甲\\厂"]), staff)

    assert (row.name, history(row)[0].changes["name"]) == ("甲\\厂", [None, "甲\\厂"])


def test_packed_and_unpacked_they_give_the_same_rows_and_lines(town, staff):
    many = many_of(town, note=AWKWARD, checked_on=[None, *[dt.date(2026, 3, 5)] * 5], is_scaled=[True] * 6)
    many.number()
    again = Many.unpacked(Organization, many.packed())

    assert again.as_copy() == many.as_copy()
    assert beginnings(again, "create", by=staff) == beginnings(many, "create", by=staff)


def test_one_of_them_can_be_taken_out_and_put_back(town):
    many = many_of(town, name=["甲厂", "乙厂"])
    row = many.row(1)
    row.name = "丙厂"
    many.take(1, row)

    assert (row.division, many.columns["name"]) == (town, ["甲厂", "丙厂"])
    assert many.without([0]).columns["name"] == ["丙厂"]
    assert many.without([]) is many


@pytest.mark.parametrize(
    "facts",
    [
        {"name": ["", "乙厂"]},
        {"name": ["长" * 101, "乙厂"]},
        {"kind": ["x", "self_employed"]},
        {"member_count": [-1, 0]},
        {"member_count": [2**31, 7]},
        {"is_scaled": [None, True]},
        {"checked_on": ["2026", None]},
        {"division": [None]},
    ],
)
def test_what_may_not_fit_is_named(town, facts):
    many = many_of(town, **facts)

    assert many.unfit() == {0}
    with pytest.raises(ValidationError):
        many.row(0).clean_fields(exclude=["pinyin", "initials"])


def test_what_is_the_same_is_said_once():
    assert put_together([("100%\t", None), ("", ["a", "b"]), ("\n", None)]) == "100%\ta\n100%\tb\n"
    assert [is_one(values) for values in (["a", "a"], [1, True], [None, None], ["a"], [1.0, 1.0], [])] == [
        *(True, False, True, False, False, False)
    ]
    assert [are_clean(values) for values in (["甲", "b 1"], ["\\"], ['"'], ["\n"], [1])] == [
        *(True, False, False, False, False)
    ]
