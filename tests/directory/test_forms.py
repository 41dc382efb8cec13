import pytest

from shuanglian.directory.choices import BranchKind, OrganizationKind, Registration, UnitKind
from shuanglian.directory.forms import BranchForm, CloseForm, OrganizationForm, PostForm, UnitForm
from tests.factories.directory import PartyBranchFactory
from tests.people import organization

FACTS = {
    "name": "甲厂",
    "kind": OrganizationKind.PRIVATE_ENTERPRISE,
    "industry_version": 2017,
    "member_count": 0,
}


def organization_form(town, **facts):
    return OrganizationForm({**FACTS, "division": town.pk, **facts})


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("914403001922038217", "最后一位是校验码，按前 17 位应为 6，现在是 7，请对照营业执照核对"),
        ("9135O100M000100Y43", "第 5 位是“O”，代码里没有这个字，是不是数字 0"),
        ("91440300192203821", "统一社会信用代码应为 18 位，现在是 17 位"),
    ],
)
def test_a_wrong_code_is_refused_at_its_field(town, typed, sentence):
    assert organization_form(town, uscc=typed).errors == {"uscc": [sentence]}


@pytest.mark.parametrize("typed", ["9144 0300 1922 0382 16", "９１４４０３００１９２２０３８２１６", ""])
def test_a_right_code_may_be_typed_as_one_likes(town, typed):
    form = organization_form(town, uscc=typed)
    assert form.errors == {}
    assert form.cleaned_data["uscc"] == ("914403001922038216" if typed else "")


def test_a_doubtful_code_already_stored_does_not_block_other_changes(guanli):
    guanli.uscc = "914403001922038217"
    form = OrganizationForm({**FACTS, "division": guanli.division_id, "uscc": guanli.uscc}, instance=guanli)
    assert form.errors == {}


def test_a_forging_mark_by_hand_needs_its_reason(town):
    form = organization_form(town, is_forging=True, industry_code="3489")
    assert form.errors == {"forging_reason": ["行业代码不是 3393，请写明为什么算锻造企业"]}
    assert organization_form(town, is_forging=True, industry_code="3393").errors == {}
    assert (
        organization_form(town, is_forging=True, industry_code="3489", forging_reason="主营锻制法兰").errors
        == {}
    )


@pytest.mark.parametrize("form", [OrganizationForm, BranchForm, UnitForm])
def test_the_groups_hold_every_field_once(form):
    keys = [key for _, names in form.groups for key in names]
    assert sorted(keys) == sorted(form.base_fields)


def test_hosts_are_typed_by_name_short_name_or_code(guanli, haokun, town):
    facts = {
        "name": "联合支部",
        "kind": BranchKind.JOINT,
        "full_members": 3,
        "probationary_members": 0,
        "term_years": 3,
    }
    third = organization("鑫达厂", 5, town)
    form = BranchForm({**facts, "hosts": f"冠力集团\n昊坤集团、 {third.uscc.lower()}；冠力集团\n"})
    assert form.errors == {}
    assert form.cleaned_data["hosts"] == [guanli, haokun, third]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("冠力集闭", "没有“冠力集闭”，是不是“冠力集团”？"),
        ("完全不同的名字", "没有“完全不同的名字”，请照企业台账里的名称写"),
        ("鑫达厂", "有不止一家“鑫达厂”，请改写统一社会信用代码"),
    ],
)
def test_hosts_that_are_unclear_are_named(guanli, town, typed, sentence):
    organization("鑫达厂", 5, town)
    organization("鑫达厂", 6, town)
    assert BranchForm({"hosts": typed}).errors["hosts"] == [sentence]


def test_branch_form_shows_the_hosts_it_has(guanli, haokun):
    form = BranchForm(instance=PartyBranchFactory(hosts=[guanli, haokun]))
    assert "冠力集团\n山西昊坤法兰集团有限公司</textarea>" in str(form["hosts"])


def test_unit_form_offers_the_dictionary_and_ticks_what_is_held(kejiju):
    form = UnitForm(instance=kejiju)
    assert (form.initial["main"], form.initial["others"]) == (["KJ"], [])
    assert "KJ" in dict(form.fields["main"].choices)
    assert UnitForm({"name": "县工信局", "kind": UnitKind.DEPARTMENT, "main": ["XX"]}).errors.keys() == {
        "main"
    }


def test_close_form_offers_every_way_but_staying():
    assert [value for value, _ in CloseForm().fields["registration"].choices] == [
        r for r in Registration.values if r not in (Registration.ACTIVE, Registration.MERGED)
    ]


def test_the_machines_role_is_not_offered():
    assert "system" not in dict(PostForm().fields["role"].choices)
