import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from shuanglian.core.register.imports import workbook
from shuanglian.core.register.imports.records import marks_of

OLD = Path(__file__).parents[3] / "data" / "workbooks" / "excel97-errors.xls"
FOUND = {1: [(1, "#N/A")], 2: [(1, "#DIV/0!")], 3: [(1, "#N/A")], 4: [(0, "#REF!")]}


def marks(data, at):
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        found = marks_of(file, at)
    return dict(found.cells), found.hidden


def test_errors_and_hidden_rows_of_an_old_workbook_are_found():
    assert marks(OLD.read_bytes(), 1) == (FOUND, {2})
    assert marks(OLD.read_bytes(), 0) == ({}, set())


def test_a_sheet_that_is_not_there_and_a_file_of_another_kind_have_no_marks():
    assert marks(OLD.read_bytes(), 2) == ({}, set())
    assert marks(b"PK\x03\x04" + b"\xff" * 2000, 0) == ({}, set())
    assert marks(OLD.read_bytes()[:600], 1) == ({}, set())


@given(st.lists(st.tuples(st.integers(0, 30_000), st.integers(0, 255)), min_size=1, max_size=30))
def test_what_is_damaged_has_other_marks_or_none(changes):
    data = bytearray(OLD.read_bytes())
    for place, byte in changes:
        data[place % len(data)] = byte
    marks(bytes(data), 1)


def test_they_are_told_like_those_of_a_new_one():
    with workbook.opened(OLD.read_bytes()) as opened:
        rows = [cells for _, cells in opened.rows(opened.sheets[1], 1)]
    assert rows[:5] == [
        ["名称", "乡镇", "人数"],
        ["甲", "#N/A", 1],
        ["乙", "#DIV/0!", 2],
        ["丙", "#N/A", 3],
        ["#REF!", "x", 4],
    ]
    assert opened.hidden == 1
