import pytest

from shuanglian.core.register.imports.cells import ID_REFUSED, NOTHING, ColumnReader
from shuanglian.core.register.imports.table import writable
from shuanglian.core.register.messy import CellError
from shuanglian.core.register.site import site
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


def read_all(user, key, *cells):
    return ColumnReader(SAMPLE, SAMPLE.column(key), 0, user).read_all(list(cells))


def test_equal_cells_of_different_kinds_are_read_each_as_what_they_are(staff):
    assert read_all(staff, "name", 1.0, True, 1, "1", 1.0) == ["1", "是", "1", "1", "1"]


def test_empty_cells_say_nothing(staff):
    assert read_all(staff, "name", "", None, " 　", "\u200b", "甲") == [NOTHING] * 4 + ["甲"]


def test_a_mistake_is_the_same_however_often_it_is_made(staff):
    first, second, other = read_all(staff, "member_count", "约60", "约60", "60")
    assert isinstance(first, CellError)
    assert (first, other) == (second, 60)


def one_by_one(user, key, *cells):
    reader = ColumnReader(SAMPLE, SAMPLE.column(key), 0, user)
    return [reader.read(cell) for cell in cells]


ORDINARY = {
    "name": [f"定襄县第{number}锻造厂" for number in range(6)],
    "uscc": [f"91140921ma000000{number}w" for number in range(6)],
    "contact_name": ["欧阳王晓岚", "阿依古丽·买买提", "欧阳李建国", "欧阳张秀英"],
    "contact_phone": [f"1380013800{number}" for number in range(6)],
    "note": [f"第{number}行的备注，（集团）" for number in range(6)],
}
ODD = [
    " 前后空格的名称 ",
    "第一行\n第二行",
    "身份证11010519491231002X",
    "身份证１１０１０５１９４９１２３１００２Ｘ",
    "#VALUE!",
    "'13800138000",
    "９１１４０９２１ＭＡ０００００００１Ｗ",
    "1.4E+17甲乙",
    "零宽\u200b字符名称",
    "0350-6022345",
    "长" * 201,
    "暂无",
]


@pytest.mark.parametrize("key", list(ORDINARY))
@pytest.mark.parametrize("odd", ["", *ODD])
def test_cells_that_all_differ_are_read_together_as_one_by_one(staff, key, odd):
    """What is plain is looked at as one long text; one odd cell among them is read as if it stood alone."""
    cells = [*ORDINARY[key], odd] if odd else ORDINARY[key]

    def told(values):
        return [(v.reason, v.suggestion) if isinstance(v, CellError) else v for v in values]

    assert told(read_all(staff, key, *cells)) == told(one_by_one(staff, key, *cells))


IMPORTABLE = [register for register in site.registers if register.is_importable]
NONSENSE = [
    *(
        "1" * 5_000,
        "-" + "9" * 5_000,
        "1." + "0" * 5_000,
        "2" * 4_999 + "万",
        "1-" + "2" * 5_000,
        "１" * 5_000,
    ),
    *(
        "1e999999999",
        "1e-999999999999",
        "NaN",
        "Infinity",
        1e308,
        -1.0,
        True,
        "²",
        "٣٣٣٣-٠١-٠١",
        "0000-00-00",
    ),
    *("约" * 3_000, "十" * 300, "(" * 3_000, "(1)" * 3_000, "至" * 3_000, "☑是☐否" * 500, "甲 " * 3_000),
]


@pytest.mark.parametrize("register", IMPORTABLE, ids=lambda register: register.slug)
def test_no_cell_is_a_fault_in_any_column_of_any_register(register, staff):
    for column in writable(register):
        reader = ColumnReader(register, column, 0, staff)
        alone = [reader.read(cell) for cell in NONSENSE]
        together = reader.read_all(NONSENSE)
        assert list(map(type, together)) == list(map(type, alone)), column.key
