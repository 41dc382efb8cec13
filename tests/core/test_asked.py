import pytest

from shuanglian.core.asked import number_of_rows, page_number, row_key


@pytest.mark.parametrize(
    ("text", "page", "key"),
    [
        ("3", 3, 3),
        ("0", 1, 0),
        ("-2", 1, 0),
        ("", 1, 0),
        ("二", 1, 0),
        ("²", 1, 0),
        ("３", 1, 0),
        ("2.5", 1, 0),
        ("99999999", 10_000, 99999999),
        ("9" * 18, 1, int("9" * 18)),
        ("9" * 19, 1, 0),
    ],
)
def test_nonsense_is_the_first_page_and_no_row(text, page, key):
    assert (page_number(text), row_key(text)) == (page, key)


@pytest.mark.parametrize(
    ("text", "rows"), [("0", 0), ("100000", 100_000), ("", 0), ("-1", 0), ("x", 0), ("9" * 5_000, 0)]
)
def test_nonsense_is_no_rows(text, rows):
    assert number_of_rows(text) == rows
