import json
import unicodedata
from decimal import Decimal
from pathlib import Path

import pytest

from shuanglian.exchange.queries.amount import Amount, amount_in, number

SENTENCES = Path(__file__).parents[2] / "data" / "sentences.jsonl"
ROWS = [row for row in map(json.loads, SENTENCES.read_text(encoding="utf-8").splitlines()) if "asked" in row]


def said(text):
    found = amount_in(unicodedata.normalize("NFKC", text))
    return f"{found.quantity.normalize():f}{found.measure}" if found else ""


def test_sixty_sentences_are_there():
    assert len(ROWS) > 60
    assert sum(not row["asked"] for row in ROWS) > 25


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"])
def test_what_is_asked_for_is_read_and_nothing_else(row):
    assert said(row["text"]) == row["asked"]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("3", 3),
        ("1,200", 1200),
        ("2.50", "2.50"),
        ("٣", 3),
        ("五", 5),
        ("十二", 12),
        ("六十", 60),
        ("一百二十", 120),
        ("一百零五", 105),
        ("两百五", 250),
        ("两千", 2000),
        ("三五", None),
        ("十二三", None),
        ("百十", None),
        ("二", 2),
    ],
)
def test_numerals(written, value):
    assert number(written) == (None if value is None else Decimal(value))


def test_the_second_of_something_is_no_amount():
    assert [said(text) for text in ("要做二次灌浆", "要检测二台", "要检测两台")] == ["", "", "2台"]


def test_a_thousand_characters_of_numbers_are_read_at_once():
    assert amount_in("招一人" * 333) == Amount(Decimal(1), "人")
    assert amount_in("一人两台" * 250) is None
