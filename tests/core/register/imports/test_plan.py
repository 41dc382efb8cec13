import dataclasses

import pytest
from django.core.exceptions import ValidationError

from shuanglian.core.register.imports import table
from shuanglian.core.register.imports.plan import Checker
from shuanglian.core.register.imports.workbook import Sheet
from shuanglian.directory.models import Organization
from tests.codes import synthetic_uscc
from tests.core.register.sample import SAMPLE
from tests.factories import factory_for

pytestmark = pytest.mark.django_db
HEADS = ["组织名称", "统一社会信用代码", "组织类别", "所属乡镇", "党员数(合计)", "是否规模以上", "备注"]


def planned(user, *rows, fixes=None):
    places = table.find(SAMPLE, [Sheet(0, "表", 1, [HEADS])]).places
    sources = [(number, row, (fixes or {}).get(str(number), {})) for number, row in enumerate(rows, start=2)]
    return Checker(SAMPLE, places, user=user).lines(sources)


def judged(user, *rows, fixes=None):
    """Kind and reasons of every row."""
    return [(line.kind, line.reasons) for line in planned(user, *rows, fixes=fixes)]


NEW_CODE = synthetic_uscc(77)


def test_rows_are_new_changed_or_the_same(staff, guanli, haokun, town):
    plan = planned(
        staff,
        ("新锻造厂", NEW_CODE, "私营企业", town.name, 3, "是", ""),
        ("冠力集团", guanli.uscc, "私营企业", town.name, 5, "√", "搬迁"),
        (haokun.name, haokun.uscc, "私营企业", haokun.division.name, "０", "否", None),
    )

    assert [line.kind for line in plan] == ["new", "changed", "same"]
    assert plan[1].changes == [
        ("是否规模以上", "否", "是"),
        ("党员数(合计)", "0", "5"),
        ("备注", "", "搬迁"),
    ]


def test_an_empty_cell_changes_nothing(staff, guanli):
    assert judged(staff, ("冠力集团", guanli.uscc, None, "", None, None, None)) == [("same", "")]


def test_a_row_is_known_by_its_name_when_it_has_no_code(staff, guanli):
    Organization.objects.filter(pk=guanli.pk).update(name="冠力（集团）")
    (line,) = planned(staff, ("冠力(集团)", None, None, None, 4, None, None))

    assert (line.row, line.kind) == (guanli, "changed")


def test_a_stored_row_without_code_gets_it_by_its_name(staff, guanli):
    Organization.objects.filter(pk=guanli.pk).update(uscc="")
    (line,) = planned(staff, ("冠力集团", NEW_CODE, None, None, None, None, None))

    assert (line.row, line.changes) == (guanli, [("统一社会信用代码", "", NEW_CODE)])


def test_the_same_name_with_another_code_is_another_row(staff, guanli, town):
    (line,) = planned(staff, ("冠力集团", NEW_CODE, "私营企业", town.name, 1, "否", None))

    assert (line.row, line.kind) == (None, "new")


def test_a_name_that_two_rows_have_cannot_tell_them_apart(staff, guanli):
    factory_for(Organization)(name="冠力集团", uscc="")
    Organization.objects.filter(pk=guanli.pk).update(uscc="")

    assert judged(staff, ("冠力集团", None, None, None, 4, None, None)) == [
        ("wrong", "台账里有 2 条一样的，分不清是哪一条")
    ]


def test_the_same_row_twice_is_named_the_second_time(staff, guanli, town):
    new = ("新锻造厂", NEW_CODE, "私营企业", town.name, 3, "是", "")

    assert judged(staff, new, new, ("冠力集团", guanli.uscc), (" 冠力集团", None, None, None, 9)) == [
        ("new", ""),
        ("twice", "和第 2 行重复"),
        ("same", ""),
        ("twice", "和第 4 行重复"),
    ]


def test_every_wrong_cell_has_its_reason(staff, town):
    plan = planned(staff, ("长" * 101, "x", "私营企", "蒋村", "约60", "也许", ""))
    (line,) = plan

    assert {key: (error.reason, error.suggestion) for key, error in line.wrong.items()} == {
        "name": ("不能超过 100 个字，现在有 101 个", ""),
        "kind": ("没有“私营企”，是不是“私营企业”？", "私营企业"),
        "division": (f"没有“蒋村”，是不是“{town.name}”？", town.name),
        "member_count": ("只能填数字，如 60", "60"),
        "is_scaled": ("只能填“是”或“否”", ""),
    }
    assert line.number == 2


def test_what_a_new_row_must_have(staff):
    assert judged(staff, (None, NEW_CODE, None, None, None, None, None)) == [
        ("wrong", "组织名称没有填；组织类别没有填；所属乡镇没有填")
    ]


def test_the_register_may_refuse_a_row_as_a_whole(staff, town):
    assert judged(staff, ("新锻造厂", NEW_CODE, "私营企业", town.name, 0, "是", "")) == [
        ("wrong", "规模以上企业应当有党员")
    ]


def test_corrections_count_instead_of_the_cells(staff, town):
    row = ("新锻造厂", NEW_CODE, "私营企业", "蒋村", 3, "是", "")

    assert judged(staff, row, fixes={"2": {"division": town.name, "created": "x"}}) == [("new", "")]


def test_nobody_imports_what_he_may_not_write(clerk, guanli, haokun, town):
    assert judged(
        clerk,
        ("新锻造厂", NEW_CODE, "私营企业", town.name, 3, "是", ""),
        ("冠力集团", guanli.uscc, None, None, 8, None, None),
        (haokun.name, haokun.uscc, None, None, 8, None, None),
    ) == [
        ("wrong", "台账里没有这一行，您不能新增"),
        ("wrong", "您不能改这一行"),
        ("wrong", "组织类别没有填；所属乡镇没有填；台账里没有这一行，您不能新增"),
    ]


def test_two_rows_are_the_same_unless_a_stronger_key_tells_them_apart(staff, town):
    rest = ("私营企业", town.name, 1, "否", "")
    codes = synthetic_uscc(81), synthetic_uscc(82)

    assert judged(staff, ("甲厂", codes[0], *rest), ("甲厂", codes[1], *rest), ("甲厂", "", *rest)) == [
        ("new", ""),
        ("new", ""),
        ("twice", "和第 2 行重复"),
    ]
    assert judged(staff, ("甲厂", "", *rest), ("甲厂", codes[0], *rest)) == [
        ("new", ""),
        ("twice", "和第 2 行重复"),
    ]


def test_a_sheet_without_a_needed_column_adds_no_rows(staff, guanli):
    places = {"name": 0, "member_count": 1}
    lines = Checker(SAMPLE, places, user=staff).lines([(2, ["新锻造厂", 3], {}), (3, [guanli.name, 3], {})])

    assert [(line.kind, line.reasons) for line in lines] == [
        ("wrong", "表里没有这些列，不能新增：组织类别、所属乡镇"),
        ("changed", ""),
    ]


def test_queries_do_not_grow_with_the_rows(staff, guanli, town, django_assert_max_num_queries):
    list(staff.acting)
    rows = [(f"新锻造厂{n}", synthetic_uscc(100 + n), "私营企业", town.name, 1, "否", "") for n in range(50)]

    with django_assert_max_num_queries(6):
        assert [line.kind for line in planned(staff, *rows)] == ["new"] * 50


def test_what_is_wrong_with_a_row_is_said_in_its_column_where_the_sheet_has_it(staff, town):
    def refuse(values, row, user):
        raise ValidationError({"member_count": ["太多", "太少"], "source": ["没有来源"]})

    register = dataclasses.replace(SAMPLE, check_row=refuse)
    (line,) = Checker(register, {"name": 0, "kind": 1, "division": 2, "member_count": 3}, user=staff).lines(
        [(2, ["新锻造厂", "私营企业", town.name, 3], {})]
    )

    assert {key: error.reason for key, error in line.wrong.items()} == {
        "member_count": "太多；太少",
        "": "没有来源",
    }
