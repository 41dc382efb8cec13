import numpy as np
import pytest

from shuanglian.matching.engine import category


def spread(**probabilities):
    return np.array([probabilities.get(code, 0.0) for code in category.CODES], np.float32)


def chance(probabilities, code):
    return category.chances(probabilities, category.places([code]))[0]


def test_tally_sums_by_category_and_leaves_unknown_codes_out():
    found = category.tally(category.places(["JR", "JN", "JR", "??"]), np.array([1, 1, 2, 9], np.float32))

    assert found.tolist() == spread(JR=0.75, JN=0.25).tolist()


def test_tally_of_nothing_is_nothing():
    assert category.tally(category.places([]), np.zeros(0, np.float32)).sum() == 0.0


def test_agreement_of_text_and_post_is_stronger_than_either():
    text = spread(JR=0.6, ZC=0.4)
    posted = category.believe(text, text, "JR", 2.5)
    unposted = category.believe(text, text, "", 2.5)
    against = category.believe(text, text, "DK", 2.5)

    assert chance(posted, "JR") > chance(unposted, "JR") > chance(against, "JR")
    assert posted.sum() == pytest.approx(1.0)


def test_a_sure_text_outweighs_a_wrong_post():
    sure = spread(JR=1.0)

    believed = category.believe(sure, sure, "DK", 2.5)

    assert next(iter(category.suggestions(believed))) == "JR"


def test_suggestions_leave_the_unlikely_out():
    assert list(category.suggestions(spread(JR=0.6, JN=0.3, DK=0.1))) == ["JR", "JN"]


def test_an_unknown_code_has_no_probability():
    assert chance(spread(JR=1.0), "??") == 0.0
