import datetime as dt
import json

import pytest

from shuanglian.matching.engine import files
from shuanglian.matching.engine.files import FileError, read_count, read_needs, read_offers, say
from shuanglian.matching.engine.records import LONGEST, Need, Offer


@pytest.fixture
def written(tmp_path):
    """A file with these bytes, or with this text, or with a line for each of these objects."""

    def write(content):
        path = tmp_path / "rows.jsonl"
        if isinstance(content, list):
            content = "".join(json.dumps(row) + "\n" for row in content)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_all_but_the_id_may_be_missing(written):
    assert read_needs(written([{"id": "N1"}])) == [Need("N1", "")]
    nothing = dict.fromkeys(["title", "description", "category", "unit", "region", "valid_from", "valid_to"])
    assert read_offers(written([{"id": "S1"} | nothing])) == [Offer("S1", "")]


def test_all_that_a_file_may_say(written):
    row = {"id": 7, "title": "体检", "description": "进厂", "category": "医疗健康", "unit": "县医院"}
    row |= {"region": "县域", "valid_from": "2026-01-01", "valid_to": "2026-12-31", "more": [1]}

    assert read_offers(written([row])) == [
        Offer("7", "体检", "进厂", "YL", "县医院", "", "", dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    ]
    assert read_needs(written([row | {"region": "晋昌镇", "category": "YL"}])) == [
        Need("7", "体检", "进厂", "YL", "", "晋昌镇")
    ]


def test_an_unknown_category_is_none(written):
    assert read_needs(written([{"id": "N1", "category": "不清楚"}]))[0].category == ""


def test_marks_of_windows_and_empty_lines_do_no_harm(written):
    path = written(b"\xef\xbb\xbf" + b'{"id": "N1"}\r\n\r\n  \n{"id": "N2"}')

    assert [need.id for need in read_needs(path)] == ["N1", "N2"]
    assert read_needs(written("")) == []


def test_half_a_character_is_replaced_and_a_whole_one_kept(written):
    (need,) = read_needs(written('{"id": "N1", "title": "\\ud800\\ud83d\\ude00"}'))

    assert need.title == "\ufffd😀"


def test_only_the_first_thousands_of_characters_are_read(written):
    (need,) = read_needs(written([{"id": "N1", "title": "体检" * 100_000}]))

    assert len(need.text) == LONGEST


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ([{"title": "体检"}], " 第 1 行：缺少 id"),
        ([{"id": ""}], " 第 1 行：缺少 id"),
        ([{"id": True}], " 第 1 行：缺少 id"),
        ([{"id": "N1"}, {"id": "N1"}], " 第 2 行：编号 N1 重复"),
        ([{"id": "N1"}, [1]], " 第 2 行：应为一个 JSON 对象"),
        ([{"id": "N1", "title": 5}], " 第 1 行：title 应为文字"),
        ([{"id": "N1", "category": ["YL"]}], " 第 1 行：category 应为文字"),
        ([{"id": "N1", "valid_to": "5月"}], " 第 1 行：valid_to 应为 2026-05-01 这样的日期，现为 5月"),
        ("x", " 第 1 行不是 JSON：Expecting value: line 1 column 1 (char 0)"),
        (b"\xff\xfe", " 不是 UTF-8 编码的文本"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(written, content, sentence):
    path = written(content)
    with pytest.raises(FileError) as refused:
        read_offers(path)

    assert str(refused.value) == f"{path}{sentence}"


def test_rows_are_given_as_they_are(written):
    assert files.read_rows(written([{"need": "N1"}])) == [{"need": "N1"}]


def test_what_the_system_refuses_is_a_sentence(tmp_path):
    def said(path):
        with pytest.raises((FileNotFoundError, IsADirectoryError)) as refused:
            read_offers(path)
        return say(refused.value)

    assert said(tmp_path / "none") == f"找不到 {tmp_path / 'none'}"
    assert said(tmp_path) == f"{tmp_path} 是文件夹，不是文件"
    assert say(PermissionError(13, "Permission denied", "o.jsonl")) == "o.jsonl 打不开：Permission denied"
    assert say(ValueError("别的")) == "别的"


@pytest.mark.parametrize(
    ("row", "count"), [({}, 1), ({"capacity": None}, 1), ({"capacity": 0}, 0), ({"capacity": 7}, 7)]
)
def test_a_count_is_a_whole_number(row, count):
    assert read_count(row, "capacity") == count


@pytest.mark.parametrize("given", [True, "3", -1, 2.0, [1]])
def test_what_is_no_count_is_refused(given):
    with pytest.raises(FileError, match="S1 的 capacity 应为"):
        read_count({"id": "S1", "capacity": given}, "capacity")
