"""Workbooks as offices really have them, brought through the page: every row's verdict, exactly."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from shuanglian.core.models import ImportBatch
from shuanglian.directory.models import Organization
from tests.codes import synthetic_uscc

BOOKS = Path(__file__).parents[2] / "data" / "workbooks"
HEADS = ["企业名称", "统一社会信用代码", "组织类别", "所属乡镇"]
ID_NUMBER = "11010519491231002X"

pytestmark = pytest.mark.django_db


def code(number):
    return synthetic_uscc(number)


def full_width(text):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def book(*rows, merge=(), title="Sheet1", change=None):
    made = Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(row)
    for area in merge:
        made.active.merge_cells(area)
    if change is not None:
        change(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.fixture
def bring(client, staff):
    """Bring a workbook to a register's page; gives the answer and what was staged."""

    def brought(data, name="台账.xlsx", slug="organizations"):
        client.force_login(staff)
        answer = client.post(f"/{slug}/import/", {"file": SimpleUploadedFile(name, data)})
        return answer, ImportBatch.objects.order_by("pk").last()

    return brought


def verdicts(batch):
    """Row of the sheet → what would become of it, and why not."""
    return {
        row.number: row.kind if not row.wrong else {key: reason for key, (reason, _) in row.wrong.items()}
        for row in batch.rows.order_by("number")
    }


def write(client, answer, batch):
    seen = {f"seen-{kind}": n for kind, n in batch.counts.items()}
    client.post(answer.url, {**seen, "do": "write"})


def test_titles_groups_totals_and_signatures(bring, client):
    data = book(
        ["定襄县2026年两新组织基本情况统计表"],
        ["填报单位（盖章）：宏道镇党委", "", "", "", "", "填报日期：2026年3月5日"],
        ["序号", "企业基本情况", "", "", "", "党建情况", "联系方式"],
        ["", "单位名称", "统一社会\n信用代码", "类 别", "所属乡镇", "党员数", "联系\n电话"],
        [1, "聚力法兰有限公司", code(1), "私营企业", "宏道镇", 3, 13803500001],
        [2, "聚力\n锻造有限公司", code(2), "民营企业", "定襄县宏道镇", "4人", "0350-6021234"],
        ["合计", "", "", "", "", 7],
        ["注：党员数为在册党员。"],
        ["填表人：", "张三", "", "审核人：", "李四"],
        merge=("A1:G1", "A2:E2", "A3:A4", "B3:E3"),
    )
    answer, batch = bring(data)

    assert verdicts(batch) == {5: "new", 6: "new"}
    assert batch.layout["left"] == [
        [7, "合计 7"],
        [8, "注：党员数为在册党员。"],
        [9, "填表人： 张三 审核人： 李四"],
    ]
    write(client, answer, batch)
    found = Organization.objects.order_by("uscc").values_list(
        "name", "kind", "division__name", "member_count", "contact_phone"
    )
    assert list(found) == [
        ("聚力法兰有限公司", "private_enterprise", "宏道镇", 3, "13803500001"),
        ("聚力锻造有限公司", "private_enterprise", "宏道镇", 4, "0350-6021234"),
    ]


def test_a_table_on_the_second_sheet_with_blank_rows_and_columns(bring):
    def second(made):
        page = made.create_sheet("数据")
        for _ in range(6):
            page.append([])
        page.append(["", "", "企业名称", "", "统一社会信用代码", "组织类别", "", "所属乡镇"])
        page.append([])
        page.append(["", "", " 空行机械有限公司　", "", code(3).lower(), "私营企业 ", "", "季庄乡"])
        page.append([])
        page.append(["", "", "空行法兰有限公司", "", full_width(code(4)), "个体户", "", "晋昌"])
        page.append([])
        page.append(["", "", "1.以上数据截至2026年3月。"])
        page.append(["", "", "宏道镇党委"])
        page.append(["", "", "2026年3月5日"])

    _, batch = bring(book(["填表说明"], ["一、企业名称照营业执照填。"], change=second))

    assert batch.layout["sheet"] == "数据"
    assert verdicts(batch) == {9: "new", 11: "new"}
    assert [number for number, _ in batch.layout["left"]] == [13, 14, 15]


def test_towns_merged_over_their_rows_subtotals_and_headings_on_every_page(bring):
    heads = ["序号", "所属乡镇", "企业名称", "统一社会信用代码", "组织类别", "党员数"]
    data = book(
        ["统计表"],
        heads,
        [1, "宏道镇", "甲厂", code(5), "私营企业", 1],
        [2, None, "乙厂", code(6), "私营企业", 2],
        ["小计", None, None, None, None, 3],
        heads,
        [3, "河边镇", "丙厂", code(7), "私营企业", 3],
        [4, "同上", "丁厂", code(8), "私营企业", 4],
        ["总计", None, None, None, None, 10],
        ["单位负责人：", None, "填表人：", None, "填报日期："],
        merge=("A1:F1", "B3:B4"),
    )
    _, batch = bring(data)

    assert verdicts(batch) == {3: "new", 4: "new", 7: "new", 8: "new"}
    assert batch.layout["skipped"] == 4


def test_codes_and_telephones_that_excel_damaged_are_refused_and_not_guessed(bring, client):
    lost = "这一格在 Excel 里是数字，末尾几位已经丢失，请把格式改成“文本”再重新填写"
    data = book(
        [*HEADS, "联系电话"],
        ["甲厂", 1.4e17, "私营企业", "宏道镇", 13803500001],
        ["乙厂", "9.11409E+17", "私营企业", "宏道镇", "1.38035E+10"],
        ["丙厂", f"'{code(9)}", "私营企业", "宏道镇", "'13803500003"],
        ["丁厂", "无", "私营企业", "宏道镇", "/"],
        ["戊厂", code(10)[:17], "私营企业", "宏道镇", 3506021234],
    )
    answer, batch = bring(data)

    assert verdicts(batch) == {
        2: {"uscc": lost},
        3: {"uscc": lost, "contact_phone": lost},
        4: "new",
        5: "new",
        6: {
            "uscc": "统一社会信用代码应为 18 位，现在是 17 位",
            "contact_phone": "电话写 11 位手机号，或带区号的固定电话，例如 0350-6022345",
        },
    }
    body = client.get(answer.url).content.decode()
    assert 'value="1.4E+17"' in body
    assert "140000000000000000" not in body
    assert 'data-value="0350-6021234"' in body


def test_what_formulas_left_behind_is_named(bring):
    """Made by LibreOffice: formulas with their results, three of them errors; see the folder's README."""
    error = "这一格的公式出了错（{}），请填上内容"
    _, batch = bring((BOOKS / "formulas.xlsx").read_bytes())

    assert verdicts(batch) == {
        **dict.fromkeys((2, 3, 4, 5), "new"),
        6: {
            "division": error.format("#N/A"),
            "member_count": error.format("#DIV/0!"),
            "note": error.format("#REF!"),
        },
        7: {"name": error.format("#N/A"), "note": error.format("#NAME?")},
    }


@pytest.mark.parametrize(("name", "rows"), [("excel97.xls", 4), ("excel97-dates.xls", 3)])
def test_old_workbooks_under_any_name(bring, name, rows):
    for given in (name, "台账.xlsx"):
        _, batch = bring((BOOKS / name).read_bytes(), given)

        assert batch.counts == {"new": rows, "changed": 0, "same": 0, "twice": 0, "wrong": 0}


def test_a_locked_workbook_is_refused(bring):
    answer, batch = bring((BOOKS / "password.xlsx").read_bytes())

    assert (answer.status_code, batch) == (422, None)
    assert "这个文件加了打开密码，请去掉密码后再传" in answer.content.decode()


def test_id_numbers_are_refused_as_a_column_and_in_a_remark(bring):
    rows = [[f"{n}号厂", code(20 + n), "私营企业", "宏道镇", ID_NUMBER] for n in range(3)]
    answer, _ = bring(book([*HEADS, "备注"], *rows))
    assert answer.status_code == 422
    assert "“备注”这一列像是身份证号码。" in answer.content.decode()

    rows[0][4], rows[1][4] = "照旧", f"法人身份证{ID_NUMBER}"
    rows[2][4] = "照旧"
    _, batch = bring(book([*HEADS, "备注"], *rows))
    assert verdicts(batch) == {
        2: "new",
        3: {"note": "这一格里有身份证号码。本系统的工作用不到，也不收集，请删掉"},
        4: "new",
    }


def test_every_township_on_a_sheet_of_its_own(bring, client):
    def second(made):
        page = made.create_sheet("河边镇")
        page.append(HEADS)
        page.append(["乙厂", code(31), "私营企业", "河边镇"])
        page.append(["丙厂", code(32), "私营企业", "河边镇"])

    answer, batch = bring(
        book(HEADS, ["甲厂", code(30), "私营企业", "宏道镇"], title="宏道镇", change=second)
    )
    assert batch.layout["others"] == [[1, "河边镇", 3]]
    assert 'name="sheet" value="1">看“河边镇”</button>' in client.get(answer.url).content.decode()

    client.post(answer.url, {"sheet": "1"})
    batch.refresh_from_db()
    assert (batch.layout["sheet"], batch.counts["new"]) == ("河边镇", 2)
    assert batch.layout["others"] == [[0, "宏道镇", 2]]
    assert client.post(answer.url, {"sheet": "9"}).status_code == 422


def test_from_every_sheet_there_is_a_way_to_every_other(bring, client):
    def second(made):
        page = made.create_sheet("河边镇")
        page.append(HEADS)
        page.append(["乙厂", code(31), "私营企业", "河边镇"])
        made.create_sheet("说明").append(["填报说明"])

    answer, batch = bring(
        book(["叫什么", "编在何处"], ["甲厂", "九号"], title="没有认识的表头", change=second)
    )
    assert (batch.state, batch.layout["sheet"]) == ("open", "河边镇")

    for at, name, state, others in (
        (0, "没有认识的表头", "unclear", ["河边镇", "说明"]),
        (1, "河边镇", "open", ["没有认识的表头", "说明"]),
    ):
        client.post(answer.url, {"sheet": at})
        batch.refresh_from_db()
        assert (batch.state, batch.layout["sheet"]) == (state, name)
        assert [other for _, other, _ in batch.layout["others"]] == others
    body = client.get(answer.url).content.decode()
    assert "也像这个台账" not in body
    assert "要看文件里别的工作表：" in body
    assert 'name="sheet" value="0">看“没有认识的表头”</button>' in body


def test_a_sheet_that_is_too_wide_keeps_nobody_from_the_one_beside_it(bring, client):
    def wide(made):
        made.create_sheet("宽表").append([f"列{n}" for n in range(300)])

    answer, batch = bring(book(["叫什么", "编在何处"], ["甲厂", "九号"], title="名单", change=wide))
    assert (batch.state, batch.layout["sheet"], batch.layout["others"]) == ("unclear", "名单", [])
    body = client.get(answer.url, follow=True).content.decode()
    assert "工作表“宽表”没有看：这个表超过 200 列" in body

    _, batch = bring(book(HEADS, ["甲厂", code(32), "私营企业", "宏道镇"], change=wide))
    assert (batch.state, [name for name, _ in batch.layout["unread"]]) == ("open", ["宽表"])

    answer, _ = bring(book([f"列{n}" for n in range(300)]))
    assert answer.status_code == 422


def test_a_sheet_without_headings_loses_no_row(bring, client):
    rows = [[f"{n}号厂", code(40 + n), "私营企业", "宏道镇"] for n in range(3)]
    answer, batch = bring(book(*rows))
    body = client.get(answer.url, follow=True).content.decode()
    assert '<option value="0" selected>没有表头</option>' in body
    assert '<option value="1" selected>B 列 （9114092' in body

    places = {"at-name": 0, "at-uscc": 1, "at-kind": 2, "at-division": 3}
    client.post(f"{answer.url}columns/", {"first": "0", **places})
    batch.refresh_from_db()
    assert verdicts(batch) == {1: "new", 2: "new", 3: "new"}


def test_states_kinds_and_ranges_in_the_words_of_other_offices(bring, client):
    data = book(
        [*HEADS, "登记状态", "从业人员数（档）", "行业代码", "是否规上"],
        ["甲厂", code(50), "民营企业", "晋昌", "存续", "20-299人", "C3393", "☑"],
        ["乙厂", code(51), "合作社", "定襄县晋昌镇", "开业", 35, 3393, "×"],
        ["丙厂", code(52), "有限责任公司", "晋昌镇", "已合并", "≥1000", "法兰制造", "大概"],
    )
    answer, batch = bring(data)

    kinds = "私营企业、外商投资企业、港澳台投资企业、混合所有制企业、个体工商户、农民专业合作社、社会团体、民办非企业单位、基金会"
    assert verdicts(batch) == {
        2: "new",
        3: "new",
        4: {
            "kind": f"没有“有限责任公司”，可以填：{kinds}、律所、会计所等、村集体经济组织、机关、事业单位、院校、其他",
            "registration": "“已合并”由合并得来，不能直接填",
            "industry_code": "行业代码是 4 位数字，例如 3393",
            "is_scaled": "只能填“是”或“否”",
        },
    }
    body = client.get(f"{answer.url}?show=new").content.decode()
    assert "表里是 20-299人" in body  # what would be written stands above
    write(client, answer, batch)
    found = Organization.objects.order_by("uscc").values_list("registration", "headcount_band", "is_scaled")
    assert list(found) == [("active", "under_300", True), ("active", "under_300", False)]


def test_what_the_spreadsheet_hides_is_taken_and_said(bring, client):
    def hide(made):
        made.active.row_dimensions[3].hidden = True
        made.create_sheet("旧").append(HEADS)
        made["旧"].append(["不该出现", code(60), "私营企业", "宏道镇"])
        made["旧"].sheet_state = "hidden"

    rows = [[f"{n}号厂", code(60 + n), "私营企业", "宏道镇"] for n in range(3)]
    answer, batch = bring(book(HEADS, *rows, change=hide))

    assert (batch.counts["new"], batch.layout["hidden"], batch.layout["others"]) == (3, 1, [])
    assert "有 1 行在 Excel 里是隐藏或筛选掉的，也算在内" in client.get(answer.url).content.decode()


def test_a_sheet_as_wide_as_excel_is_refused_as_that(bring):
    answer, _ = bring(book([f"列{n}" for n in range(300)], list(range(300))))

    assert answer.status_code == 422
    assert "这个表超过 200 列，不像台账" in answer.content.decode()
