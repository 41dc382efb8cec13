"""Exports of other offices and what has been typed into templates, brought through the page."""

import datetime as dt

import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from shuanglian.directory.models import Organization, PartnerUnit, PartyBranch
from tests.directory.registers.test_messy_workbooks import HEADS, book, bring, code, verdicts, write

__all__ = ["bring"]

pytestmark = pytest.mark.django_db


def last(model, *fields):
    return list(model.objects.order_by("pk").values_list(*fields))


def test_the_export_of_the_tax_office(bring, client):
    heads = [
        "社会信用代码（纳税人识别号）",
        "纳税人名称",
        "纳税人状态",
        "登记注册类型",
        "主管税务所（科、分局）",
    ]
    data = book(
        [*heads, "街道乡镇", "生产经营地址", "行业", "从业人数", "法定代表人移动电话", "企业类型"],
        [
            f"{code(1)}  ",
            "甲法兰有限公司 ",
            "正常",
            "私营有限责任公司",
            "宏道分局",
            "山西省忻州市定襄县宏道镇",
        ]
        + ["北社东村", "", "215", "13803500001", "私营"],
    )
    answer, batch = bring(data)

    assert verdicts(batch) == {2: "new"}
    assert batch.layout["unused"] == ["登记注册类型", "主管税务所(科、分局)", "法定代表人移动电话"]
    write(client, answer, batch)
    assert last(Organization, "name", "uscc", "division__name", "address", "headcount_band") == [
        ("甲法兰有限公司", code(1), "宏道镇", "北社东村", "under_300")
    ]


def test_headings_of_an_online_form_numbered_and_marked(bring):
    heads = [
        "提交时间",
        "1.🏭企业名称（必填）",
        "2.统一社会信用代码/注册号",
        "3.组织类别[注1]",
        "4.所属乡镇▼",
        "5.党员数（名）",
    ]
    _, batch = bring(book(heads, ["2026-03-05 10:11:12", "甲厂", code(2), "私营企业", "宏道镇", "3"]))

    assert verdicts(batch) == {2: "new"}
    assert sorted(batch.layout["places"]) == ["division", "kind", "member_count", "name", "uscc"]


def test_a_column_is_known_by_what_stands_in_it_when_nothing_else_names_it(bring, client):
    data = book(
        ["单位名称", "证照", "经济成分", "片区", "备注"],
        ["甲厂", code(3), "私营企业", "宏道镇", ""],
        ["乙厂", code(4), "个体户", "河边", "新办"],
    )
    answer, batch = bring(data)

    assert verdicts(batch) == {2: "new", 3: "new"}
    assert batch.layout["guessed"] == [
        ["证照", "统一社会信用代码"],
        ["经济成分", "组织类别"],
        ["片区", "所属乡镇"],
    ]
    assert "“片区”当作“所属乡镇”" in client.get(answer.url).content.decode()


def test_subtotals_under_the_names_and_running_totals_are_no_rows(bring):
    heads = ["序号", "企业名称", "信用代码", "组织类别", "所属乡镇", "党员数", "从业人员"]
    data = book(
        heads,
        [1, "甲厂", code(5), "私营企业", "宏道镇", 3, 30],
        ["", "宏道镇小计（1家）", "", "", "", 3, 30],
        ["", "本页小计", "", "", "", 3, 30],
        ["", "累　　计", "", "", "", 3, 30],
        ["定襄县企业名册（续）"],
        heads,
        [2, "总计装备有限公司", code(6), "私营企业", "河边镇", 4, 40],
        ["", "全县总计：2家", "", "", "", 7, 70],
        ["其中：规上企业", "", "", "", "", 1, ""],
    )
    _, batch = bring(data)

    assert (verdicts(batch), batch.layout["skipped"]) == ({2: "new", 8: "new"}, 7)


def test_what_a_template_says_beneath_its_headings_and_its_example_are_no_rows(bring):
    data = book(
        [*HEADS, "从业人员数（档）"],
        ["填营业执照全称", "18位，文本格式", "下拉选择", "下拉选择", "按社保人数"],
        ["（例）某某有限公司", "91140921XXXXXXXXXX", "私营企业", "宏道镇", "20–299"],
        ["甲厂", code(7), "私营企业", "宏道镇", "约50人"],
        ["乙厂", code(8), "私营企业", "宏道镇", "30-40人"],
        ["丙厂", code(9), "私营企业", "宏道镇", "约300人"],
    )
    _, batch = bring(data)

    assert verdicts(batch) == {
        4: "new",
        5: "new",
        6: {"headcount_band": "没有“约300人”，是不是“300至999人”？"},
    }


def test_another_table_beneath_is_not_read_as_the_first(bring, client):
    data = book(
        ["一、企业"],
        ["序号", *HEADS, "党员数"],
        [1, "甲厂", code(10), "私营企业", "宏道镇", 3],
        [],
        ["二、社会组织"],
        ["序号", "社会组织名称", "统一社会信用代码", "组织类别", "所属乡镇", "会员数"],
        [1, "锻造协会", code(11), "社会团体", "晋昌镇", 88],
        [2, "商会", code(12), "社会团体", "晋昌镇", 99],
    )
    answer, batch = bring(data)

    assert (verdicts(batch), batch.layout["apart"]) == ({3: "new"}, [6, 2])
    assert "第 6 行起是另一张表（列不一样），那里的 2 行没有读" in client.get(answer.url).content.decode()


@pytest.mark.parametrize(
    "rows",
    [
        [["企业名称", "甲", "乙"], ["信用代码", code(13), code(14)], ["组织类别", "私营企业", "私营企业"]],
        [
            ["登记表"],
            ["企业名称", "甲", "", "信用代码", code(13)],
            ["所属乡镇", "宏道镇", "", "组织类别", "私营企业"],
        ],
    ],
)
def test_a_table_on_its_side_and_a_form_for_each_are_refused_as_that(bring, rows):
    _, batch = bring(book(*rows))

    assert batch.problem.startswith("这张表像是竖着排的，或者是一家一张的登记表。")


def test_letters_for_digits_blanks_of_all_kinds_and_words_of_programs(bring, client):
    data = book(
        [*HEADS, "联系人", "联系电话", "党员数", "备注"],
        [
            "\u00a0甲\u00a0厂\u200b",
            f"\u202d{code(15)}\u202c",
            "私营企业\u00a0",
            "\u3000宏道镇",
            "张　三",
            "13803500001.0",
            "null",
            "N/A",
        ],
        ["乙厂", code(16).replace("0", "O"), "私营企业", "140921102", "None", "0", "未知", "NaN"],
    )
    answer, batch = bring(data)

    assert verdicts(batch) == {2: "new", 3: {"uscc": "第 5 位是“O”，代码里没有这个字，是不是数字 0"}}
    assert f'data-value="{code(16)}"' in client.get(answer.url).content.decode()
    client.post(answer.url, {"do": "check", "fix-3-uscc": code(16)})
    batch.refresh_from_db()
    write(client, answer, batch)
    assert last(Organization, "name", "contact_name", "contact_phone", "member_count", "note") == [
        ("甲 厂", "张三", "13803500001", 0, ""),
        ("乙厂", "", "", 0, ""),
    ]


def test_branches_under_groups_of_headings_with_days_from_1904(bring, client, guanli, haokun):
    def epoch(made):
        made.epoch = CALENDAR_MAC_1904

    groups = ["序号", "党组织基本情况", "", "", "", "党员", "", "书记", "", "换届", ""]
    parts = [
        "党组织名称",
        "党组织类型",
        "成立日期",
        "覆盖企业",
        "正式",
        "预备",
        "姓名",
        "联系方式",
        "上次换届",
        "下次换届",
    ]
    joint = "冠力集团；昊坤集团"
    data = book(
        ["两新党组织情况一览表"],
        groups,
        ["", *parts],
        [
            1,
            "甲联合支部",
            "联合",
            dt.date(2019, 7, 1),
            joint,
            5,
            1,
            "张  三",
            "0350-6021234",
            "2023.7",
            "2026.7",
        ],
        [2, "冠力集团支部", "独立", dt.date(2020, 7, 1), "冠力集团", "6名", "", "李四", "", "44927", ""],
        [3, "乙党委", "党委", dt.date(2024, 7, 1), "", 90, "", "", "", "2024.8", ""],
        [4, "丙支部", "独立支部", dt.date(2024, 7, 1), "", 3, "", "", "", "2024.6", ""],
        merge=("A1:K1", "B2:E2", "F2:G2", "H2:I2", "J2:K2"),
        change=epoch,
    )
    answer, batch = bring(data, slug="branches")

    assert verdicts(batch) == {
        4: "new",
        5: {"term_start": "日期请填成 2026-03-05 这样"},
        6: "new",
        7: {"hosts": "独立支部只覆盖一个单位，现在是 0 个", "term_start": "本届起始日期不能早于成立日期"},
    }
    write(client, answer, batch)
    fields = ("name", "kind", "founded_on", "full_members", "secretary_name", "term_start", "term_years")
    first, second = dt.date(2019, 7, 1), dt.date(2024, 7, 1)
    assert last(PartyBranch, *fields) == [
        ("甲联合支部", "joint", first, 5, "张三", dt.date(2023, 7, 1), 3),
        ("乙党委", "committee", second, 90, "", dt.date(2024, 8, 1), 5),
    ]


def test_the_list_of_the_alliance(bring, client):
    data = book(
        ["双链共建成员单位通讯录"],
        [
            "序号",
            "成员单位",
            "单位性质",
            "主要职能",
            "分管领导",
            "联络员",
            "联络员电话",
            "加入时间",
            "每月可承接(项)",
        ],
        [1, "县农商银行", "银行", "融资", "", "王五", "0350-6021234", "2024年1月", 5],
        [2, "县职业中学", "学校", "培训", "", "赵六", "6021234", "2024-01-01", "3项"],
    )
    answer, batch = bring(data, slug="units")

    assert batch.counts["new"] == 1
    assert batch.rows.get(number=4).wrong["contact_phone"][1] == "0350-6021234"
    write(client, answer, batch)
    assert last(PartnerUnit, "name", "kind", "duty", "contact_name", "monthly_capacity", "joined_on") == [
        ("县农商银行", "bank", "融资", "王五", 5, dt.date(2024, 1, 1))
    ]
