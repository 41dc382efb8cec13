import random
import unicodedata

import pytest
from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT
from pypinyin.seg.mmseg import seg

from shuanglian.core.pinyin import _words, both, initials, sort_key


@pytest.mark.parametrize(
    ("name", "letters"), [("冠力集团", "gljt"), ("恒跃 3号", "hy3h"), ("ＡＢ锻造", "abdz"), ("", "")]
)
def test_initials(name, letters):
    assert initials(name) == letters


def test_names_sort_as_in_a_printed_dictionary():
    assert sorted(["张家", "李家", "安家"], key=sort_key) == ["安家", "李家", "张家"]


@pytest.mark.parametrize(
    "name",
    [
        "定襄县银行",
        "重庆重工",
        "长乐音乐厂(集团)",
        "A厂No.1长",
        "朝阳乡朝行村",
        "绿源〇号",
        "㐀𠀀厂",
        "  两 头 ",
    ],
)
def test_words_are_read_as_the_library_reads_whole_names(name):
    text = unicodedata.normalize("NFKC", name)
    letters = "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower()

    assert sort_key(name) == " ".join(lazy_pinyin(text)).lower()
    assert initials(name) == "".join(c for c in letters if c.isalnum())
    assert both(name) == (sort_key(name), initials(name))


def test_phrases_are_found_as_the_library_finds_them():
    chance = random.Random(3)
    phrases = list(PHRASES_DICT)
    for _ in range(2_000):
        parts = [chance.choice(phrases)[: chance.randint(1, 4)] for _ in range(chance.randint(1, 4))]
        text = "".join(parts)
        assert _words(text) == list(seg.cut(text))
