import pytest

from shuanglian.core.pinyin import initials, sort_key


@pytest.mark.parametrize(
    ("name", "letters"), [("冠力集团", "gljt"), ("恒跃 3号", "hy3h"), ("ＡＢ锻造", "abdz"), ("", "")]
)
def test_initials(name, letters):
    assert initials(name) == letters


def test_names_sort_as_in_a_printed_dictionary():
    assert sorted(["张家", "李家", "安家"], key=sort_key) == ["安家", "李家", "张家"]
