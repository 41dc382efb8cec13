"""What is proposed as the category while somebody types, with the lexicon and the encoder that ship."""

import json
from pathlib import Path

import pytest

from shuanglian.core.clock import today
from shuanglian.exchange.queries.guess import guess
from shuanglian.matching.engine import files, lexicon
from shuanglian.matching.engine.encode import Encoder
from shuanglian.matching.engine.index import Index
from shuanglian.matching.engine.records import CATEGORIES
from shuanglian.matching.queries.suggestion import category_read

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parents[2] / "data"
ROWS = [
    row for row in map(json.loads, (DATA / "sentences.jsonl").read_text().splitlines()) if "categories" in row
]
WORDS = [(code, name, note) for code, (name, note) in CATEGORIES.items()]
OPEN = {"想上一套ERP，仓库账对不上", "招聘叉车工2名"}  # unclear: nothing is proposed


class Whole:
    """A standing index that is there."""

    by_words_only = False

    def __init__(self, index):
        self.index = index

    def use(self, question):
        return question(self.index)


@pytest.fixture(scope="module")
def whole():
    made = Index(lexicon.load(), Encoder())
    made.put(*files.read_offers(DATA / "matching" / "offers.jsonl"))
    return Whole(made)


def test_the_category_of_everyday_sentences_is_right_or_left_open(whole, monkeypatch, monday, staff):
    monkeypatch.setattr("shuanglian.matching.queries.standing.here", whole)
    texts = [row["text"] for row in ROWS]
    found = {text: category_read(staff, text, guess(text, WORDS, today()).category) for text in texts}

    assert len(ROWS) > 40
    assert {text for text, code in found.items() if not code} == OPEN
    assert [r["text"] for r in ROWS if found[r["text"]] and found[r["text"]] not in r["categories"]] == []
