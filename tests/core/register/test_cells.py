import pytest

from shuanglian.core.register.cells import ID_REFUSED, NOTHING, ColumnReader
from shuanglian.core.register.messy import CellError
from tests.core.register.sample import SAMPLE

pytestmark = pytest.mark.django_db
ID_NUMBER = "11010519491231002X"


def read(key, cell, user):
    value = ColumnReader(SAMPLE, SAMPLE.column(key), 0, user).read(cell)
    return value.reason if isinstance(value, CellError) else value


@pytest.mark.parametrize(
    ("key", "cell"),
    [
        ("uscc", "/"),
        ("uscc", " 无 "),
        ("contact_phone", "——"),
        ("checked_on", "暂无"),
        ("member_count", "-"),
        ("is_scaled", "—"),
        ("note", "／"),
        ("name", "\u200b "),
    ],
)
def test_what_people_write_to_leave_a_cell_empty_is_nothing(staff, key, cell):
    assert read(key, cell, staff) is NOTHING


def test_nothing_is_a_word_where_words_are_written_and_an_answer_where_one_is_asked(staff):
    assert read("note", "无", staff) == "无"
    assert read("is_scaled", "无", staff) is False


def test_a_quote_that_kept_a_number_text_is_no_part_of_it(staff, guanli):
    assert read("uscc", f"'{guanli.uscc}", staff) == guanli.uscc
    assert read("contact_phone", "’13800138000", staff) == "13800138000"


def test_what_a_formula_left_behind_is_refused_in_every_column(staff):
    assert read("note", "#N/A", staff) == "这一格的公式出了错（#N/A），请填上内容"
    assert read("member_count", "#?", staff).startswith("这一格是公式，还没有算出结果")


@pytest.mark.parametrize(
    "cell", [ID_NUMBER, f"法人身份证{ID_NUMBER}", "１１０１０５１９４９１２３１００２Ｘ"]
)
def test_an_id_number_is_refused_wherever_it_stands(staff, cell):
    assert read("note", cell, staff) == ID_REFUSED


def test_a_name_typed_over_two_lines_is_one_line(staff):
    assert read("name", "定襄县聚力\n法兰有限公司", staff) == "定襄县聚力法兰有限公司"
    assert read("name", "ABC\r\n Forging ", staff) == "ABC Forging"


def test_what_is_too_long_is_refused_with_its_length(staff):
    assert read("name", "长" * 101, staff) == "不能超过 100 个字，现在有 101 个"


def read_all(user, key, *cells, fixes=None):
    reader = ColumnReader(SAMPLE, SAMPLE.column(key), 0, user)
    return reader.read_all(
        [(number, [cell], (fixes or {}).get(number, {})) for number, cell in enumerate(cells)]
    )


def test_equal_cells_of_different_kinds_are_read_each_as_what_they_are(staff):
    assert read_all(staff, "name", 1.0, True, 1, "1", 1.0) == ["1", "是", "1", "1", "1"]


def test_empty_cells_say_nothing(staff):
    assert read_all(staff, "name", "", None, " 　", "\u200b", "甲") == [NOTHING] * 4 + ["甲"]


def test_rows_may_be_shorter_than_the_headings(staff):
    assert ColumnReader(SAMPLE, SAMPLE.column("name"), 3, staff).read_all([(1, ["甲"], {})]) == [NOTHING]


def test_a_mistake_is_the_same_however_often_it_is_made(staff):
    first, second, corrected = read_all(
        staff, "member_count", "约60", "约60", "约60", fixes={2: {"member_count": "60"}}
    )
    assert isinstance(first, CellError)
    assert (first, corrected) == (second, 60)
