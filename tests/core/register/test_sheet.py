import io

import pytest
from openpyxl import load_workbook

from shuanglian.core.register import sheet
from shuanglian.directory.models import Organization
from tests.core.register.sample import SAMPLE

pytestmark = pytest.mark.django_db


def opened(file):
    """The first sheet of a made workbook."""
    with file:
        return load_workbook(io.BytesIO(file.read())).active


@pytest.fixture
def rows(guanli):
    Organization.objects.filter(pk=guanli.pk).update(
        checked_on="2026-03-05", member_count=7, note="=HYPERLINK(0)", contact_name="-周", is_scaled=True
    )
    return Organization.objects.select_related("division")


HEADINGS = [
    "序号",
    "组织名称",
    "统一社会信用代码",
    "组织类别",
    "是否规模以上",
    "所属乡镇代码",
    "所属乡镇",
    "党员数(合计)",
    "联系人",
    "联系电话",
    "联系领导",
    "核对日期",
    "备注",
]


def test_the_workbook_follows_the_sheet_rules(monday, rows, guanli, staff):
    page = opened(sheet.write_xlsx(SAMPLE, rows, staff))

    assert [str(area) for area in page.merged_cells.ranges] == ["A1:M1"]
    assert page["A1"].value == "两新组织基本情况台账"
    assert page["A2"].value == "填报单位：定襄县委非公和社会组织工委　　导出日期：2026-03-09"
    assert [cell.value for cell in page[3]] == HEADINGS
    row = dict(zip(HEADINGS, page[4], strict=True))
    assert {head: cell.value for head, cell in row.items() if head != "核对日期"} == {
        "序号": 1,
        "组织名称": "冠力集团",
        "统一社会信用代码": guanli.uscc,
        "组织类别": "私营企业",
        "是否规模以上": "是",
        "所属乡镇代码": "140921104",
        "所属乡镇": guanli.division.name,
        "党员数(合计)": 7,
        "联系人": "-周",
        "联系电话": "13800000000",
        "联系领导": None,
        "备注": "=HYPERLINK(0)",
    }
    assert (f"{row['核对日期'].value:%Y-%m-%d}", row["核对日期"].number_format) == (
        "2026-03-05",
        "yyyy-mm-dd",
    )
    assert row["统一社会信用代码"].number_format == "@"
    assert {cell.data_type for cell in page[4]} == {"n", "s", "d"}  # no formula


def test_phones_stay_masked_in_sheets(rows, stranger):
    page = opened(sheet.write_xlsx(SAMPLE, rows, stranger))

    assert page["J4"].value == "138****0000"


def test_csv_has_a_bom_and_quotes_what_looks_like_a_formula(rows, guanli, staff):
    with sheet.write_csv(SAMPLE, rows, staff) as file:
        text = file.read().decode()

    assert text == (
        "\ufeff" + ",".join(HEADINGS) + "\r\n"
        f"1,冠力集团,{guanli.uscc},私营企业,是,140921104,{guanli.division.name},7,'-周,13800000000,,2026-03-05,"
        "'=HYPERLINK(0)\r\n"
    )


def test_codes_of_digits_stay_codes_when_a_spreadsheet_opens_the_csv(rows, guanli, staff):
    Organization.objects.update(uscc="911409210000000001", note="0350", contact_name="12E5")
    with sheet.write_csv(SAMPLE, rows, staff) as file:
        cells = file.read().decode().splitlines()[1].split(",")

    assert [cells[at] for at in (2, 8, 9, 12)] == ["911409210000000001\t", "12E5\t", "13800000000", "0350\t"]


def test_failed_rows_come_back_as_they_were_with_their_reasons():
    rows = iter([(9, ["甲", 3.5, None, True], "没有填")])
    page = opened(sheet.write_failed("台账", ["名称", "数", "备注"], rows))

    assert [[cell.value for cell in line] for line in page.iter_rows()] == [
        ["台账：没有写入的行，改好后可以直接再导入", None, None, None, None],
        ["名称", "数", "备注", "原来的行号", "要改什么"],
        ["甲", 3.5, None, 9, "没有填"],
    ]
