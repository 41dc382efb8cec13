import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest

from shuanglian.core.register import columns
from shuanglian.core.register.messy import CellError
from shuanglian.directory.models import Organization, PartyBranch
from tests.core.register.sample import SAMPLE

KINDS = {"a": "甲类", "b": "乙类"}
FRIDAY = dt.date(2026, 3, 6)


def row(**values):
    return SimpleNamespace(**values)


def test_label_and_choices_come_from_the_model():
    column = columns.Choice("kind").of(Organization)

    assert column.label == "组织类别"
    assert column.names()["school"] == "院校"


def test_a_value_is_found_along_its_path():
    inner = row(name="蒋村乡", get_level_display=lambda: "乡镇")

    assert columns.Text("division__name").raw(row(division=inner)) == "蒋村乡"
    assert columns.Text("division__get_level_display").raw(row(division=inner)) == "乡镇"
    assert columns.Text("division__name").raw(row(division=None)) is None
    assert columns.Text("x", get=lambda r: r.a + r.b).raw(row(a=1, b=2)) == 3


def test_computed_columns_are_not_sorted_unless_a_path_is_given():
    assert columns.Text("a").order == "a"
    assert columns.Text("a", get=lambda r: 1).order == ""
    assert columns.Text("a", get=lambda r: 1, sort="pinyin").order == "pinyin"
    assert columns.Text("a", sortable=False).order == ""


@pytest.mark.parametrize(
    ("column", "value", "short", "words", "sheet"),
    [
        (columns.Text("x"), " 甲 ", "甲", "甲", "甲"),
        (columns.Code("x"), "0350", "0350", "0350", "0350"),
        (columns.Number("x"), 1200, "1200", "1200", 1200),
        (columns.Quantity("x"), Decimal("2.50"), "2.5", "2.5", Decimal("2.50")),
        (columns.Money("x"), Decimal(5000), "5,000 元", "5,000 元", Decimal(5000)),
        (columns.Date("x"), FRIDAY, "03-06", "3月6日", FRIDAY),
        (columns.Date("x"), None, "", "", None),
        (columns.YesNo("x"), False, "否", "否", "否"),
        (columns.YesNo("x"), None, "", "", ""),
        (columns.Choice("x", options=KINDS), "b", "乙类", "乙类", "乙类"),
        (columns.Choice("x", options=lambda: KINDS), "gone", "gone", "gone", "gone"),
        (columns.Links("x"), ["甲", "乙"], "甲、乙", "甲、乙", "甲、乙"),
    ],
)
def test_how_values_are_said(monday, column, value, short, words, sheet):
    assert (column.short(value), column.words(value), column.sheet(row(x=value), None)) == (
        short,
        words,
        sheet,
    )


def test_a_moment_is_said_in_the_time_of_the_county(monday):
    late = dt.datetime(2026, 3, 6, 17, 30, tzinfo=dt.UTC)  # half past one on Saturday in Dingxiang
    column = columns.Moment("x")

    assert (column.short(late), column.words(late)) == ("03-07", "3月7日 01:30")
    assert column.words("2026-03-06 17:30:00+00:00") == "3月7日 01:30"
    assert column.sheet(row(x=late), None) == dt.date(2026, 3, 7)


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        (columns.Text("x"), " 甲 ", "甲"),
        (columns.Code("x"), "ma０1", "MA01"),
        (columns.Number("x"), "２7", 27),
        (columns.Quantity("x"), "0.5", Decimal("0.5")),
        (columns.Money("x"), "¥5,000元", Decimal(5000)),
        (columns.Date("x"), "2026.3.6", FRIDAY),
        (columns.YesNo("x"), "√", True),
        (columns.Phone("x"), "138 0000 0000", "13800000000"),
    ],
)
def test_how_cells_are_read(column, cell, value):
    assert column.read(cell, column.known(None)) == value


def test_a_choice_is_read_by_name_code_or_another_word():
    column = columns.Choice("x", options=KINDS, also={"甲": "a"})
    known = column.known(None)

    assert [column.read(cell, known) for cell in ("甲类", " ｂ ", "甲")] == ["a", "b", "a"]


class Town(str):
    """A town that says its name; ``was`` are its former names."""

    was: tuple[str, ...] = ()


def test_a_name_of_today_goes_before_a_former_name_of_another():
    east, west = Town("东镇"), Town("西镇")
    east.was, west.was = ("西镇", "老城镇"), ("旧镇",)
    column = columns.Link("x", rows=lambda user: [east, west], also=lambda town: town.was)
    known = column.known(None)

    assert [column.read(cell, known) for cell in ("西镇", "老城镇", "旧镇")] == [west, east, west]
    with pytest.raises(CellError) as refused:
        column.read("完全不同", known)
    assert refused.value.reason == "没有“完全不同”，可以填：东镇、西镇"


def test_an_unknown_choice_names_what_was_meant():
    column = columns.Choice("x", options=KINDS)
    with pytest.raises(CellError) as near:
        column.read("丙类", column.known(None))
    with pytest.raises(CellError) as far:
        column.read("完全不同", column.known(None))

    assert (near.value.reason, near.value.suggestion) == ("没有“丙类”，是不是“甲类”？", "甲类")
    assert far.value.reason == "没有“完全不同”，可以填：甲类、乙类"


@pytest.mark.parametrize(
    ("column", "stored", "read", "same"),
    [
        (columns.Text("x"), None, "", True),
        (columns.Text("x"), "甲", "乙", False),
        (columns.Number("x"), None, 0, False),
        (columns.Number("x"), 0, 0, True),
        (columns.Money("x"), Decimal("5.00"), Decimal(5), True),
        (columns.YesNo("x"), False, False, True),
        (columns.Date("x"), FRIDAY, FRIDAY, True),
        (columns.Phone("x"), "13800001234", "138****1234", True),
        (columns.Phone("x"), "13800001234", "138****9999", False),
    ],
)
def test_what_counts_as_the_same(column, stored, read, same):
    assert column.is_same(stored, read) is same


@pytest.mark.django_db
def test_phone_numbers_are_masked_for_those_who_may_not_see_them(guanli, staff, stranger):
    column = SAMPLE.column("contact_phone")

    assert column.html(guanli, staff) == '<a href="tel:13800000000">13800000000</a>'
    assert column.html(guanli, stranger) == "138****0000"
    assert column.sheet(guanli, stranger) == "138****0000"


@pytest.mark.django_db
def test_a_link_leads_only_those_who_may_open_it(guanli, staff, stranger, handler):
    column = columns.Link("organization").of(PartyBranch.hosts.through)
    host = row(organization=guanli)

    assert column.html(host, staff) == f'<a href="/organizations/{guanli.pk}/">冠力集团</a>'
    assert column.html(host, stranger) == "冠力集团"
    assert column.html(row(organization=None), staff) == "—"


@pytest.mark.django_db
def test_a_link_is_read_by_name_or_former_name(staff, town):
    column = SAMPLE.column("division")
    known = column.known(staff)
    (former, *_) = town.aliases

    assert [column.read(text, known) for text in (f" {town.name}", former)] == [town, town]


def test_what_people_type_is_escaped():
    column = columns.Person("name", post="post")

    assert (
        column.html(row(name="<b>", post="<i>"), None) == '&lt;b&gt;<span class="sl-cell2">&lt;i&gt;</span>'
    )


def test_a_blank_column_keeps_its_place():
    column = columns.blank("联系领导")

    assert (column.heading, column.sheet(row(), None), column.writable, column.order) == (
        "联系领导",
        "",
        False,
        "",
    )


def test_paths_over_relations_to_many_are_known():
    assert columns.meets_many(PartyBranch, "host_rows__organization__name") is True
    assert columns.meets_many(Organization, "division__name") is False
    assert columns.meets_many(Organization, "not_a_field") is False


def test_a_telephone_number_that_cannot_be_one_is_refused_but_a_masked_one_passes():
    column = columns.Phone("x")
    with pytest.raises(CellError) as refused:
        column.read("12", None)

    assert refused.value.reason.startswith("电话写 11 位手机号")
    assert column.read("138****8000", None) == "138****8000"
    assert column.read("03506022345", None) == "0350-6022345"
