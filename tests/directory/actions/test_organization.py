import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.core.audit import history
from shuanglian.directory import actions
from shuanglian.directory.choices import OrganizationKind, Registration
from shuanglian.directory.models import Division, Organization
from shuanglian.directory.queries import branch_of
from tests.codes import synthetic_uscc
from tests.factories.directory import PartyBranchFactory

FACTS = {"kind": OrganizationKind.PRIVATE_ENTERPRISE, "uscc": "91140921MA0X000230", "industry_code": "3393"}


def faults(refusal):
    return refusal.value.message_dict


# ---- entering ----


def test_staff_enters_an_organisation_with_everything_worked_out(staff, town):
    row = actions.create_organization(
        by=staff,
        name=" 冠力集团 ",
        short_name="冠力",
        division=town,
        contact_phone="+86 138-0013-8000",
        **FACTS,
    )
    row.refresh_from_db()
    assert (row.county, row.name, row.contact_phone) == ("140921", "冠力集团", "13800138000")
    assert (row.pinyin, row.initials) == ("guan li ji tuan", "gljt gl")
    assert (row.is_forging, row.forging_reason, row.uscc_doubtful) == (True, "", False)
    assert [(e.verb, e.actor) for e in history(row)] == [("create", staff)]


def test_township_enters_its_own_and_no_others(township_clerk, town, other_town):
    assert (
        actions.create_organization(by=township_clerk, name="甲厂", division=town, **FACTS).division == town
    )
    with pytest.raises(PermissionDenied):
        actions.create_organization(by=township_clerk, name="乙厂", division=other_town, **FACTS)


@pytest.mark.parametrize(
    "who", ["clerk", "handler", "instructor", "liaison", "sysadmin", "auditor", "stranger"]
)
def test_nobody_else_enters_organisations(who, request, town):
    with pytest.raises(PermissionDenied):
        actions.create_organization(by=request.getfixturevalue(who), name="甲厂", division=town, **FACTS)


def test_everything_that_is_wrong_is_said_at_its_field(staff, guanli):
    with pytest.raises(ValidationError) as refusal:
        actions.create_organization(
            by=staff,
            name=" ",
            kind="factory",
            uscc=guanli.uscc,
            industry_code="339",
            division=Division.objects.get(code="140921"),
            contact_phone="6022345",
        )
    assert faults(refusal) == {
        "name": ["请写组织名称"],
        "kind": ["值 'factory' 不是有效选项。"],
        "uscc": ["这个代码已登记给“冠力集团”"],
        "division": ["“定襄县”不是本县的乡镇，请另选"],
        "industry_code": ["行业代码是 4 位数字，例如 3393"],
        "contact_phone": ["电话写 11 位手机号，或带区号的固定电话，例如 0350-6022345"],
    }


def test_a_code_of_wrong_shape_is_refused(staff, town):
    with pytest.raises(ValidationError) as refusal:
        actions.create_organization(
            by=staff, name="甲厂", division=town, kind=FACTS["kind"], uscc="9114092101"
        )
    assert faults(refusal) == {"uscc": ["统一社会信用代码应为 18 位，现在是 10 位"]}


def test_a_doubtful_check_character_is_kept_and_marked_until_corrected(staff, town):
    row = actions.create_organization(
        by=staff, name="甲厂", division=town, **FACTS | {"uscc": "91140921MA0X000231"}
    )
    assert row.uscc_doubtful
    assert not actions.change_organization(row, by=staff, uscc="91140921ma0x000230").uscc_doubtful


def test_missing_division_and_one_that_is_gone(staff, town):
    with pytest.raises(ValidationError) as refusal:
        actions.create_organization(by=staff, name="甲厂", **FACTS)
    assert faults(refusal) == {"division": ["请选所属乡镇"]}
    town.ended_on = dt.date(2025, 1, 1)
    town.save()
    with pytest.raises(ValidationError) as refusal:
        actions.create_organization(by=staff, name="甲厂", division=town, **FACTS)
    assert faults(refusal) == {"division": ["“蒋村镇”已撤销，请选现在的乡镇"]}


@pytest.mark.parametrize(
    ("facts", "is_forging", "reason"),
    [
        ({"industry_code": "3393"}, True, ""),
        ({"industry_code": "3393", "forging_reason": "多余"}, True, ""),
        (
            {"industry_code": "3391", "industry_version": 2011},
            True,
            "2011 年版 3391 即锻件及粉末冶金制品制造",
        ),
        ({"industry_code": "3391"}, False, ""),
        (
            {"industry_code": "3489", "is_forging": True, "forging_reason": "主营锻制法兰"},
            True,
            "主营锻制法兰",
        ),
        ({"industry_code": "3489", "is_forging": True}, True, "按台账“是否锻造企业”一栏"),
        ({"industry_code": "3489", "forging_reason": "多余"}, False, ""),
        ({"industry_code": ""}, False, ""),
    ],
)
def test_forging_mark_follows_the_code_or_a_reason(staff, town, facts, is_forging, reason):
    row = actions.create_organization(by=staff, name="甲厂", division=town, kind=FACTS["kind"], **facts)
    assert (row.is_forging, row.forging_reason) == (is_forging, reason)


def test_only_two_editions_of_industry_codes(staff, town):
    with pytest.raises(ValidationError) as refusal:
        actions.create_organization(by=staff, name="甲厂", division=town, **FACTS, industry_version=2002)
    assert faults(refusal) == {"industry_version": ["行业分类只有 2011 年版和 2017 年版"]}


# ---- changing ----


def test_change_records_before_and_after_and_respells(staff, guanli):
    actions.change_organization(guanli, by=staff, name="冠力锻造集团", member_count=5)
    entry = history(guanli).get()
    assert (entry.verb, entry.changes["name"], entry.changes["member_count"]) == (
        "change",
        ["冠力集团", "冠力锻造集团"],
        [0, 5],
    )
    guanli.refresh_from_db()
    assert guanli.initials == "gldzjt"


def test_change_starts_from_the_stored_row_not_from_scribbles(staff, guanli):
    guanli.name = "涂改过的名字"
    changed = actions.change_organization(guanli, by=staff, member_count=5)
    assert (changed.name, history(guanli).get().changes["member_count"]) == ("冠力集团", [0, 5])


def test_township_cannot_push_an_organisation_elsewhere(township_clerk, guanli, other_town):
    actions.change_organization(guanli, by=township_clerk, address="蒋村镇工业园")
    with pytest.raises(PermissionDenied):
        actions.change_organization(guanli, by=township_clerk, division=other_town)


def test_township_does_not_change_what_lies_elsewhere(township_clerk, haokun):
    with pytest.raises(PermissionDenied):
        actions.change_organization(haokun, by=township_clerk, address="蒋村镇工业园")


def test_keeping_its_own_code_is_no_conflict(staff, guanli):
    assert actions.change_organization(guanli, by=staff, uscc=guanli.uscc.lower()).uscc == guanli.uscc


def test_organisations_without_code_are_not_alike(staff, town):
    for name in ("甲社", "乙社"):
        actions.create_organization(by=staff, name=name, division=town, kind=FACTS["kind"])
    assert Organization.objects.filter(uscc="").count() == 2


# ---- checking, closing ----


@pytest.mark.parametrize("who", ["staff", "township_clerk", "clerk"])
def test_who_knows_it_says_that_all_holds(who, request, guanli, monday):
    user = request.getfixturevalue(who)
    row = actions.check_organization(guanli, by=user)
    assert (row.checked_on, row.checked_by) == (monday, user)
    assert history(row).get().verb == "check"


@pytest.mark.parametrize("who", ["other_clerk", "instructor", "handler", "stranger"])
def test_nobody_else_does(who, request, guanli):
    with pytest.raises(PermissionDenied):
        actions.check_organization(guanli, by=request.getfixturevalue(who))


def test_closed_organisation_leaves_its_branch_and_can_come_back(staff, guanli, monday):
    branch = PartyBranchFactory(hosts=[guanli])
    assert branch_of(guanli) == branch
    actions.close_organization(guanli, by=staff, note="市场监管局注销公告")
    guanli.refresh_from_db()
    assert (guanli.registration, branch_of(guanli)) == (Registration.CANCELLED, None)
    assert branch.host_rows.get().ends == monday - dt.timedelta(days=1)
    actions.reopen_organization(guanli, by=staff, note="公告有误")
    assert [(e.verb, e.note) for e in history(guanli)] == [
        ("reopen", "公告有误"),
        ("cancel", "市场监管局注销公告"),
    ]
    assert branch_of(guanli) is None


def test_suspended_organisation_keeps_its_branch(staff, guanli):
    branch = PartyBranchFactory(hosts=[guanli])
    actions.close_organization(guanli, by=staff, registration=Registration.SUSPENDED, note="停产检修")
    assert branch_of(guanli) == branch


def test_a_sheet_that_says_moved_ends_the_branch_too(staff, guanli):
    PartyBranchFactory(hosts=[guanli])
    actions.change_organization(guanli, by=staff, registration=Registration.MOVED, address="忻府区")
    assert branch_of(guanli) is None
    assert [(e.verb, e.note) for e in history(guanli)] == [
        ("move_away", "按台账修改登记状态"),
        ("change", ""),
    ]


def test_a_township_changes_facts_but_closes_nothing(township_clerk, guanli):
    with pytest.raises(ValidationError, match="停业、注销、迁出由工委登记，请联系工委"):
        actions.change_organization(guanli, by=township_clerk, registration=Registration.CANCELLED)


def test_nobody_writes_merged_by_hand(staff, town, guanli):
    sentence = "“已合并”由合并得来，不能直接填"
    with pytest.raises(ValidationError, match=sentence):
        actions.change_organization(guanli, by=staff, registration=Registration.MERGED)
    with pytest.raises(ValidationError, match=sentence):
        actions.create_organization(
            by=staff, name="甲厂", division=town, registration=Registration.MERGED, **FACTS
        )


def test_no_arrow_leads_from_moved_away_to_struck_off(staff, guanli):
    actions.close_organization(guanli, by=staff, registration=Registration.MOVED, note="迁往忻府区")
    with pytest.raises(ValidationError, match="现在是“迁出”，不能登记注销。"):
        actions.close_organization(guanli, by=staff, note="公告")


def test_those_who_know_it_put_right_what_they_know(clerk, guanli, monday):
    row = actions.correct_organization(guanli, by=clerk, contact_phone="138 0000 0001", name="改名")
    assert (row.name, row.contact_phone, row.checked_on, row.checked_by) == (
        "冠力集团",
        "13800000001",
        monday,
        clerk,
    )
    assert history(row).get().verb == "correct"
    with pytest.raises(ValidationError) as refusal:
        actions.correct_organization(guanli, by=clerk, contact_phone="123")
    assert faults(refusal) == {"contact_phone": ["电话写 11 位手机号，或带区号的固定电话，例如 0350-6022345"]}


@pytest.mark.parametrize("who", ["other_clerk", "instructor", "handler", "stranger"])
def test_nobody_else_puts_it_right(who, request, guanli):
    with pytest.raises(PermissionDenied):
        actions.correct_organization(guanli, by=request.getfixturevalue(who), address="某地")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"note": " "}, "登记注销要写明理由"),
        ({"note": "x", "registration": Registration.ACTIVE}, "请选停业、注销或迁出"),
    ],
)
def test_closing_needs_a_ground_and_a_way(staff, guanli, given, sentence):
    with pytest.raises(ValidationError) as refusal:
        actions.close_organization(guanli, by=staff, **given)
    assert refusal.value.messages == [sentence]


def test_closing_twice_and_opening_an_open_one(staff, guanli):
    with pytest.raises(ValidationError, match="现在是“在业”，不能改回在业。"):
        actions.reopen_organization(guanli, by=staff, note="公告有误")
    actions.close_organization(guanli, by=staff, note="公告")
    with pytest.raises(ValidationError, match="现在是“注销”，不能登记注销。"):
        actions.close_organization(guanli, by=staff, note="公告")


@pytest.mark.parametrize("who", ["township_clerk", "clerk", "handler"])
def test_closing_is_the_committees(who, request, guanli):
    user = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        actions.close_organization(guanli, by=user, note="公告")
    with pytest.raises(PermissionDenied):
        actions.reopen_organization(guanli, by=user)


def test_another_county_is_another_world(staff, guanli):
    Organization.objects.filter(pk=guanli.pk).update(county="140922")
    with pytest.raises(PermissionDenied):
        actions.change_organization(guanli, by=staff, name="别的县")


def test_synthetic_codes_are_valid(staff, town):
    row = actions.create_organization(
        by=staff, name="甲厂", division=town, **FACTS | {"uscc": synthetic_uscc(7)}
    )
    assert not row.uscc_doubtful
