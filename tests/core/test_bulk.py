from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from shuanglian.core.bulk import Spelled, columns_of, copy_over, fits, surely_fits
from shuanglian.directory.models import Organization

pytestmark = pytest.mark.django_db


def new(town, **facts):
    facts = {
        "name": "甲厂",
        "kind": "private_enterprise",
        "division": town,
        "pinyin": "jia",
        "initials": "j",
    } | facts
    return Organization(county="140921", **facts)


def test_fields_of_stored_rows_are_written_and_no_others(town):
    rows = [new(town, name=name) for name in ("甲厂", "乙厂")]
    Organization.objects.bulk_create(rows)
    for row in rows:
        row.note, row.name = f"改{row.name}", "不写"
    copy_over(rows, ["note"])

    assert list(Organization.objects.order_by("pk").values_list("name", "note")) == [
        ("甲厂", "改甲厂"),
        ("乙厂", "改乙厂"),
    ]


def test_nothing_is_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        copy_over([], ["name"])


def test_a_row_that_fits_is_one_in_which_its_fields_find_nothing(town):
    row = new(town)

    assert fits(row) is True
    row.clean_fields()


@pytest.mark.parametrize(
    "facts",
    [
        {"name": ""},
        {"name": "长" * 101},
        {"name": None},
        {"name": "甲\0"},
        {"kind": "x"},
        {"member_count": -1},
        {"member_count": 2**31},
        {"member_count": "3"},
        {"is_scaled": None},
        {"checked_on": "2026"},
        {"division": None},
        {"industry_version": 40_000},
    ],
)
def test_what_may_not_fit_is_left_to_the_fields(town, facts):
    assert fits(new(town, **facts)) is False


def test_what_fits_never_is_refused(town):
    """The quick look may say no too often, but never yes where the fields say no."""
    for facts in ({"uscc": ""}, {"headcount_band": ""}, {"headcount_band": "under_20"}, {"checked_on": None}):
        row = new(town, **facts)
        assert fits(row) is True
        try:
            row.clean_fields()
        except ValidationError as error:  # pragma: no cover
            pytest.fail(str(error))


def test_thousands_of_texts_are_looked_for_as_one(town):
    Organization.objects.bulk_create(new(town, name=name) for name in ("甲厂", "乙厂", "丙'厂"))
    wanted = [f"{number}厂" for number in range(3_000)] + ["乙厂", "丙'厂"]

    found = Organization.objects.filter(name__any=wanted).order_by("pk")
    assert list(found.values_list("name", flat=True)) == ["乙厂", "丙'厂"]
    assert not Organization.objects.filter(name__any=[]).exists()


@pytest.mark.parametrize("odd", ["有\n换行", "", "反\\斜"])
def test_texts_with_line_ends_are_found_too(town, odd):
    Organization.objects.bulk_create(new(town, name=name) for name in ("甲厂", odd, "丙厂"))
    wanted = [f"{number}厂" for number in range(200)] + [odd]

    assert [row.name for row in Organization.objects.filter(name__any=wanted)] == [odd]


@pytest.mark.parametrize(
    ("name", "values", "fits_all"),
    [
        ("name", ["甲厂", "乙厂"], True),
        ("name", ["甲厂", ""], False),
        ("note", ["甲厂", ""], True),
        ("name", ["甲厂", "长" * 101], False),
        ("name", ["甲厂", "甲\0"], False),
        ("name", ["甲厂", None], False),
        ("kind", ["private_enterprise"], False),  # one of some words: looked at one by one
        ("member_count", [1, 2], False),
    ],
)
def test_texts_are_looked_at_together(name, values, fits_all):
    assert surely_fits(Organization._meta.get_field(name), values) is fits_all


def test_equal_numbers_that_are_written_differently_stay_different():
    spelled = Spelled(str)
    assert spelled.all([Decimal("1.0"), Decimal("1.00"), Decimal("1.0")]) == ["1.0", "1.00", "1.0"]
    assert spelled.all([[1], {}]) == ["[1]", "{}"]


def test_one_attribute_is_a_column_too(town):
    rows = [new(town, name=name) for name in ("甲厂", "乙厂")]

    assert list(columns_of(rows, ["name"])) == [("甲厂", "乙厂")]
    assert list(columns_of(rows, ["name", "kind"])) == [("甲厂", "乙厂"), ("private_enterprise",) * 2]
