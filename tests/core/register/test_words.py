import datetime as dt

import pytest

from shuanglian.core.audit import record, snapshot
from shuanglian.core.register import words
from shuanglian.core.register.declare import Act
from shuanglian.core.register.words import Change
from tests.core.register.sample import SAMPLE, archive_organization, change_organization

pytestmark = pytest.mark.django_db


def test_a_change_is_told_in_the_names_people_know(monday, guanli, staff, other_town):
    change_organization(
        guanli,
        by=staff,
        division=other_town,
        is_scaled=True,
        kind="school",
        checked_on=dt.date(2026, 3, 5),
        checked_by=staff,
        note="",
        contact_name="",
    )
    (told,) = words.tell(SAMPLE, guanli)

    assert (told.who, told.verb, told.note, told.behalf) == ("王晓岚", "修改", "", "")
    assert told.changes == (
        Change("组织类别", "私营企业", "院校"),
        Change("是否规模以上", "否", "是"),
        Change("所属乡镇", "蒋村镇", other_town.name),
        Change("联系人", "周建国", "（空）"),
        Change("核对日期", "（空）", "3月5日"),
        Change("核对人", "（空）", "王晓岚"),
    )


def test_a_new_row_tells_what_was_filled_in(guanli, staff):
    record(guanli, "create", by=staff)
    (told,) = words.tell(SAMPLE, guanli)

    assert told.verb == "新增"
    assert [change.label for change in told.changes] == [
        "组织名称",
        "统一社会信用代码",
        "组织类别",
        "行业代码",
        "行业分类年版",
        "是否锻造企业",
        "所属乡镇",
        "登记状态",
        "联系人",
        "联系电话",
    ]


def test_telephones_in_the_history_are_masked_like_on_the_page(guanli, staff, stranger):
    change_organization(guanli, by=staff, contact_phone="13900001111")
    told = {user: words.tell(SAMPLE, guanli, user)[0].changes for user in (staff, stranger, None)}

    masked = (Change("联系电话", "138****0000", "139****1111"),)
    assert told == {
        staff: (Change("联系电话", "13800000000", "13900001111"),),
        stranger: masked,
        None: masked,
    }


def test_reasons_and_the_newest_line_come_first(guanli, staff):
    change_organization(guanli, by=staff, member_count=3)
    archive_organization(guanli, by=staff, note="已注销")

    assert [(told.verb, told.note) for told in words.tell(SAMPLE, guanli)] == [
        ("停用", "已注销"),
        ("修改", ""),
    ]


def test_a_row_that_is_gone_is_told_by_its_number(guanli, staff):
    before = {**snapshot(guanli), "division_id": 987654}
    record(guanli, "change", by=staff, before=before)
    (told,) = words.tell(SAMPLE, guanli)

    assert told.changes == (Change("所属乡镇", "编号 987654", "蒋村镇"),)


def test_queries_do_not_grow_with_the_history(guanli, staff, other_town, town, django_assert_num_queries):
    for place in (other_town, town) * 5:
        change_organization(guanli, by=staff, division=place)

    with django_assert_num_queries(2):
        assert len(words.tell(SAMPLE, guanli)) == 10


def test_unknown_verbs_are_shown_as_they_are():
    assert words.verb_words(SAMPLE, "check") == "核对无误"
    assert words.verb_words(SAMPLE, "teleport") == "teleport"
    assert isinstance(SAMPLE.acts[0], Act)
