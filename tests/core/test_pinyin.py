import unicodedata

import pytest
from pypinyin import Style, lazy_pinyin

from shuanglian.core.pinyin import initials, sort_key


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
