from random import Random

from demo import words
from demo.offers import offers


def test_every_category_has_its_words():
    assert set(words.BY_CATEGORY) == {o.category for o in offers()}


def test_the_first_note_of_progress_is_the_first_contact():
    assert words.progress("KJ", 0, Random(1)) == "技术人员已到车间看过，记录了参数。"
    assert words.progress("KJ", 1, Random(1)) in words.BY_CATEGORY["KJ"].progress[1:]


def test_plan_and_result():
    assert words.plan("FL") == "先看材料，再给书面意见。"
    assert words.result("FL", Random(1)) in words.BY_CATEGORY["FL"].result
