"""What is said once about many rows: columns the sheet does not have, and texts that are wrong in many rows."""

import io

import openpyxl
import pytest

from shuanglian.directory.models import Organization
from tests.directory.registers.test_messy_workbooks import book, bring, code, verdicts, write

__all__ = ["bring"]

pytestmark = pytest.mark.django_db
HEADS = ["企业名称", "信用代码", "企业类型"]
LTD = "有限责任公司(自然人投资或控股)"


@pytest.fixture
def township(bring):
    """A list of Hongdao that says nowhere but in its title where its enterprises are."""
    rows = [[f"{n}号厂", code(n), LTD if n else "个体户"] for n in range(4)]
    return bring(book(["宏道镇企业名册"], HEADS, *rows))


def test_a_column_that_the_sheet_does_not_have_is_said_once_for_all_rows(township, client):
    answer, batch = township
    page = client.get(answer.url).content.decode()
    assert "或者整张表都是同一个，请点“对列”" in page
    page = client.get(f"{answer.url}columns/").content.decode()
    assert "<option selected>宏道镇</option>" in page  # as the title says
    assert 'name="all-kind"' not in page  # the sheet says it row by row
    assert 'name="all-name"' not in page

    at = {"first": "2", "at-name": "0", "at-uscc": "1", "at-kind": "2", "all-division": "宏道镇"}
    client.post(f"{answer.url}columns/", at)
    batch.refresh_from_db()
    assert verdicts(batch)[3] == "new"
    assert "您说过：所属乡镇全部是“宏道镇”" in client.get(answer.url).content.decode()
    page = client.get(f"{answer.url}columns/").content.decode()
    assert page.count("<option selected>宏道镇</option>") == 1  # it still stands there
    write(client, answer, batch)
    assert Organization.objects.get().division.name == "宏道镇"


def test_a_text_that_is_wrong_in_many_rows_is_corrected_once(township, client):
    answer, batch = township
    at = {"first": "2", "at-name": "0", "at-uscc": "1", "at-kind": "2", "all-division": "宏道镇"}
    client.post(f"{answer.url}columns/", at)
    page = client.get(answer.url).content.decode()
    assert "同样的写法，一次改完" in page
    assert f'name="text-1-kind" value="{LTD}"' in page

    client.post(answer.url, {"do": "check", "text-1-kind": f" {LTD}\r\n", "alike-1-kind": "私营企业"})
    batch.refresh_from_db()
    assert batch.counts["new"] == 4
    page = client.get(f"{answer.url}?show=new").content.decode()
    assert f"企业类别写“{LTD[:22]}" not in page
    assert "组织类别写“有限责任公司(自然人投资或控股)”的都是“私营企业”" in page
    assert "表里是 有限责任公司" in page
    write(client, answer, batch)
    assert sorted(Organization.objects.values_list("kind", flat=True)) == [
        *["private_enterprise"] * 3,
        "self_employed",
    ]


def test_nothing_typed_changes_nothing_and_one_row_may_say_otherwise(township, client):
    answer, batch = township
    client.post(answer.url, {"do": "check", "text-1-kind": LTD, "alike-1-kind": "  "})
    batch.refresh_from_db()
    assert batch.fixes == {}
    both = {"text-1-kind": LTD, "alike-1-kind": "私营企业", "was-5-kind": LTD, "fix-5-kind": "其他"}
    client.post(answer.url, {"do": "check", **both})
    batch.refresh_from_db()
    assert batch.fixes == {"5": {"kind": "其他"}, "=": {"kind": {LTD: "私营企业"}}}


def test_counts_of_a_page_that_are_no_numbers_are_those_of_another(bring, client):
    answer, _ = bring(book([*HEADS, "所属乡镇"], ["甲厂", code(1), "私营企业", "宏道镇"]))
    asked = client.post(answer.url, {"do": "write", "seen-new": "1" * 5_000})

    assert asked.status_code == 422
    assert "内容刚刚有变化" in asked.content.decode()
    assert not Organization.objects.exists()


def test_the_workbook_of_wrong_rows_has_what_was_said_of_all(township, client):
    answer, _ = township
    at = {"first": "2", "at-name": "0", "at-uscc": "1", "at-kind": "2", "all-division": "宏道镇"}
    client.post(f"{answer.url}columns/", at)
    sent = b"".join(client.get(f"{answer.url}wrong/").streaming_content)
    page = openpyxl.load_workbook(io.BytesIO(sent)).active
    _, heads, first, *_ = (row[:5] for row in page.iter_rows(values_only=True))
    assert heads == (*HEADS, "所属乡镇", "原来的行号")
    assert first == ("1号厂", code(1), LTD, "宏道镇", 4)


def test_townships_that_stand_above_their_rows_count_for_them(bring, client):
    heads = ["序号", *HEADS]
    data = book(
        heads,
        ["一、宏道镇（2家）"],
        [1, "甲厂", code(1), "私营企业"],
        [2, "乙厂", code(2), "私营"],
        ["", "小计", 2],
        ["二", "河边镇"],
        [1, "丙厂", code(3), "有限公司"],
    )
    answer, batch = bring(data)

    assert (batch.counts["new"], batch.counts["wrong"], batch.layout["skipped"]) == (2, 1, 1)
    page = client.get(answer.url).content.decode()
    assert "所属乡镇按表里的小标题填：第 2 行往下“宏道镇”，第 6 行往下“河边镇”。" in page
    assert 'name="all-division"' in client.get(f"{answer.url}columns/").content.decode()
    sent = b"".join(client.get(f"{answer.url}wrong/").streaming_content)
    rows = list(openpyxl.load_workbook(io.BytesIO(sent)).active.values)
    assert (rows[1][:5], rows[2][:5]) == ((*heads, "所属乡镇"), (1, "丙厂", code(3), "有限公司", "河边镇"))
    write(client, answer, batch)
    assert list(Organization.objects.order_by("uscc").values_list("name", "division__name")) == [
        ("甲厂", "宏道镇"),
        ("乙厂", "宏道镇"),
    ]


def test_nonsense_said_of_many_rows_is_passed_over(township, client):
    answer, batch = township
    nonsense = {"text-1-nosuch": "x", "alike-1-nosuch": "y", "fix-4-nosuch": "z", "alike-99-kind": "y"}
    many = {"text-2-kind": f"{LTD}\0", "alike-2-kind": "\0" + "z" * 2_000, "fix-4-name": "甲\0"}
    assert client.post(answer.url, {"do": "check", **nonsense, **many}).status_code == 302
    batch.refresh_from_db()
    assert batch.fixes == {"4": {"name": "甲"}, "=": {"kind": {LTD: "z" * 500}}}

    at = {"first": "2", "at-name": "0", "at-uscc": "1", "all-division": "没有这个镇\0", "all-kind": "<x>"}
    assert client.post(f"{answer.url}columns/", at).status_code == 302
    page = client.get(answer.url).content.decode()
    assert "没有“没有这个镇”" in page
    assert "组织类别全部是“&lt;x&gt;”" in page
