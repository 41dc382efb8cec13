import json
from collections import Counter

import numpy as np
import pytest

from shuanglian.matching.engine import lexical, lexicon
from shuanglian.matching.engine.lexicon import LexiconError, Meanings
from shuanglian.matching.engine.records import CATEGORIES
from tests.matching.engine.data import rows


def written(tmp_path, *entries):
    path = tmp_path / "lexicon.json"
    path.write_text(json.dumps({"version": "t", "entries": entries}), encoding="utf-8")
    return path


GOOD = {"key": "JR-1", "category": "JR", "service": "转贷", "words": ["续贷"], "talk": ["倒贷"]}


def test_the_shipped_lexicon_speaks_of_every_category(shipped_lexicon):
    counts = Counter(entry.category for entry in shipped_lexicon.entries)

    assert counts.keys() == CATEGORIES.keys()
    assert min(counts.values()) >= 25


def test_the_shipped_lexicon_quotes_no_judged_need(shipped_lexicon):
    sentences = {row["title"] for row in rows("needs.jsonl")} | {
        row["description"] for row in rows("needs.jsonl")
    }

    assert [
        e.key for e in shipped_lexicon.entries if any(len(t) > 8 and t in sentences for t in e.talk)
    ] == []


def test_no_shipped_saying_is_a_single_character(shipped_lexicon):
    assert [e.key for e in shipped_lexicon.entries if any(len(phrase) < 2 for phrase in e.phrases)] == []


def test_few_shipped_sayings_stand_under_two_services(shipped_lexicon):
    where = Counter(said for entry in shipped_lexicon.entries for said in set(entry.talk))

    assert {said for said, times in where.items() if times > 1} == {"党员示范岗", "抑郁", "助听器"}


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([GOOD, GOOD], "JR-1 转贷: stands twice"),
        ([GOOD | {"category": "XX"}], "JR-1: unknown category XX"),
        ([GOOD | {"talk": []}], "JR-1: words and talk must not be empty"),
        ([GOOD | {"words": [" "]}], "JR-1: words and talk must not be empty"),
    ],
)
def test_a_bad_entry_is_named(tmp_path, entries, message):
    with pytest.raises(LexiconError) as refused:
        lexicon.load(written(tmp_path, *entries))

    assert str(refused.value) == message


def test_a_symptom_means_its_service(small_lexicon, encoder):
    meanings = Meanings(small_lexicon, encoder)
    text = "银行要先还后贷，中间差着几天"
    strengths = meanings.of_need(
        meanings.resemblance(encoder.encode([text])[0]),
        Counter(lexical.words(text)),
        Counter(lexical.pairs(text)),
    )

    assert meanings.entries[int(np.argmax(strengths))].service == "应急转贷"


def test_without_an_encoder_words_decide(small_lexicon):
    meanings = Meanings(small_lexicon)
    strengths = meanings.of_offers([(Counter(["焊工证"]), Counter(lexical.pairs("焊工证")))])[0]

    assert meanings.resemblance(None).tolist() == [0.0, 0.0, 0.0]
    assert meanings.entries[int(np.argmax(strengths))].service == "焊工取证"
    assert meanings.nearest_phrase(1, np.zeros(512, np.float32)) == ("焊工取证，焊工证，特种作业证", 0.0)


def test_the_nearest_phrase_is_found(small_lexicon, encoder):
    meanings = Meanings(small_lexicon, encoder)

    phrase, cosine = meanings.nearest_phrase(1, encoder.encode(["电焊的都得有证"])[0])

    assert phrase == "电焊的都得有证"
    assert cosine == pytest.approx(1.0, abs=1e-5)


def test_shares_add_up_to_one_and_sharpen():
    strengths = np.array([1.0, 2.0, 3.0], np.float32)

    assert lexicon.shares(strengths, 1.0).sum() == pytest.approx(1.0)
    assert lexicon.shares(strengths, 5.0)[2] > lexicon.shares(strengths, 1.0)[2]


def test_far_phrases_are_nearly_and_near_ones_exactly_alike(shipped_lexicon, encoder, kept):
    meanings = Meanings(shipped_lexicon, encoder, kept)
    vector = encoder.encode(["焊工没证被查了要停工"])[0]
    exact = np.maximum.reduceat(meanings._phrases @ vector, meanings._starts)

    alike = meanings.resemblance(vector)

    assert np.abs(alike - exact).max() < 0.005
    best = np.argsort(-exact)[:5]
    np.testing.assert_allclose(alike[best], exact[best], atol=1e-6)
