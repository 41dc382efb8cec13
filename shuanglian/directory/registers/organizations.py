"""The register of organisations (L01). What nobody keeps yet (联系领导, L03) has its column in the sheet and stays empty."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from shuanglian.accounts.models import User
from shuanglian.core import dictionary
from shuanglian.core.access import can
from shuanglian.core.clock import today
from shuanglian.core.register.columns import (
    Choice,
    Code,
    Date,
    Link,
    Moment,
    Number,
    Person,
    Phone,
    Text,
    YesNo,
    blank,
)
from shuanglian.core.register.declare import Act, Empty, Ledger, Menu, Register, Section
from shuanglian.core.register.filters import Condition, Dates, Facet
from shuanglian.core.register.filters import YesNo as YesNoFilter
from shuanglian.core.register.site import site
from shuanglian.directory import actions
from shuanglian.directory.choices import GONE, Registration
from shuanglian.directory.forms import AskForm, CloseForm, JoinForm, OrganizationForm, OwnForm
from shuanglian.directory.models import Organization
from shuanglian.directory.queries import (
    branch_of,
    coverage_of,
    instructors_by_organization,
    names_of_town,
    organizations_with_coverage,
    townships,
    unchecked,
    uncovered,
    without_branch,
    without_instructor,
)
from shuanglian.directory.registers import sheet_words
from shuanglian.directory.states import ORGANIZATION


def _industries() -> dict[str, str]:
    return dictionary.names("industry")


def _towns(user: User) -> list[tuple[int, str]]:
    return list(townships(user.county).values_list("pk", "name"))


@dataclass(frozen=True, slots=True)
class Instructors(Text):
    """Who is posted there as an instructor today; looked up once for a whole sheet."""

    writable: bool = False

    def cells(self, user: User) -> Callable[[Organization], str]:
        names = instructors_by_organization(today())
        return lambda row: names.get(row.pk, "")


def _doubt(organization: Organization) -> str:
    return "信用代码最后一位对不上，请对照营业执照" if organization.uscc_doubtful else ""


def _own(organization: Organization) -> dict[str, Any]:
    return {name: getattr(organization, name) for name in actions.OWN}


def _alive(organization: Organization) -> bool:
    return organization.registration not in GONE


def _may_join(organization: Organization) -> bool:
    return _alive(organization) and branch_of(organization) is None


def _lacks_instructor(organization: Organization) -> bool:
    return _alive(organization) and not getattr(organization, "has_instructor", False)


ORGANIZATIONS = site.add(
    Register(
        slug="organizations",
        title="企业台账",
        model=Organization,
        rows=organizations_with_coverage,
        columns=(
            Text(
                "name",
                "组织名称",
                sort="pinyin",
                required=True,
                aliases=sheet_words.NAMED,
            ),
            Code(
                "uscc",
                shown=False,
                check=sheet_words.code_of_organization,
                aliases=("信用代码", "社会信用代码", "统一信用代码", "纳税人识别号", "税号"),
            ),
            Choice(
                "kind",
                required=True,
                shown=False,
                also=sheet_words.KINDS,
                aliases=("企业性质", "单位性质", "经济性质", "企业类型", "企业类别", "性质"),
            ),
            Link(
                "division",
                "所属乡镇",
                required=True,
                sort="division__code",
                rows=lambda user: townships(user.county).select_related("parent__parent__parent"),
                also=names_of_town,
                aliases=("所在乡镇", "属地", "街道乡镇", "镇(乡)", "乡(镇)"),
            ),
            Code("industry_code", shown=False, check=sheet_words.industry),
            Choice(
                "industry_name",
                "行业名称",
                options=_industries,
                get=lambda row: row.industry_code,
                sort="industry_code",
                writable=False,
                shown=False,
            ),
            YesNo("is_forging", "锻造企业", header="是否锻造企业"),
            YesNo("is_scaled", "规模以上", header="是否规模以上", aliases=("是否规上", "规上企业")),
            Text(
                "coverage",
                "组织覆盖",
                header="党组织覆盖方式",
                get=lambda row: coverage_of(row)[0],
                writable=False,
            ),
            Text(
                "branch_name",
                "所属党组织名称",
                get=lambda row: coverage_of(row)[1],
                writable=False,
                shown=False,
            ),
            Number("member_count", shown=False, total=True, aliases=("党员人数", "党员总数", "在册党员")),
            Choice(
                "registration",
                tones={Registration.ACTIVE: "ok", Registration.CANCELLED: "bad"},
                aliases=("经营状态", "经营状况", "企业状态", "纳税人状态"),
                also=sheet_words.REGISTRATIONS,
                check=sheet_words.registration,
            ),
            Choice(
                "headcount_band",
                shown=False,
                meant=sheet_words.headcount_band,
                aliases=("从业人员", "从业人数", "员工人数", "职工人数", "用工人数"),
            ),
            Text(
                "address", shown=False, sortable=False, aliases=("住所", "经营地址", "生产经营地址", "地址")
            ),
            Person("contact_name", shown=False, sortable=False),
            Phone(
                "contact_phone",
                reveal="directory.see_contact",
                shown=False,
                sortable=False,
                aliases=("联系方式", "手机号", "手机号码", "手机", "电话"),
            ),
            Text("source", shown=False, sortable=False),
            Date("checked_on", writable=False),
            Text("checked_by__name", "核对人", writable=False, shown=False, sortable=False),
            Text("doubt", "请核对", get=_doubt, writable=False, shown=False),
            Text("forging_reason", shown=False, sortable=False, writable=False),
            Text("short_name", shown=False, sortable=False, writable=False),
            Text("note", shown=False, sortable=False),
        ),
        heading="name",
        under="uscc",
        counter="家",
        help="一家一行，以统一社会信用代码为准。每年核对一次，没变就点“核对无误”。",
        empty=Empty("还没有企业和社会组织", "可以新增一家，也可以导入 Excel 台账。"),
        sections=(
            Section(
                "基本情况",
                (
                    "short_name",
                    "doubt",
                    "kind",
                    "division",
                    "address",
                    "registration",
                    "headcount_band",
                ),
            ),
            Section("行业", ("industry_code", "industry_name", "is_forging", "forging_reason", "is_scaled")),
            Section("党建", ("coverage", "branch_name", "member_count")),
            Section("联系", ("contact_name", "contact_phone")),
            Section("来源", ("source", "checked_on", "checked_by__name", "note")),
        ),
        order="name",
        search=("name", "short_name", "uscc"),
        initials=("initials",),
        search_hint="名称、信用代码",
        filters=(
            Facet("division", "乡镇", options=_towns),
            Facet("registration", "登记状态"),
            Facet("kind", "类别"),
            Facet("headcount_band", "人数"),
            YesNoFilter("is_forging", "锻造企业"),
            YesNoFilter("is_scaled", "规模以上"),
            Dates("checked_on", "核对日期"),
        ),
        conditions=(
            Condition("uncovered", "没有党组织也没有指导员", uncovered),
            Condition("no_branch", "没有党组织", without_branch),
            Condition("no_instructor", "没有指导员", without_instructor),
            Condition("unchecked", "一年没核对", unchecked),
            Condition("doubtful", "信用代码待核对", lambda day: Q(uscc_doubtful=True)),
        ),
        form=OrganizationForm,
        create=actions.create_organization,
        weigh_many=actions.weigh_organizations,
        update=actions.change_organization,
        update_many=actions.change_organizations,
        acts=(
            Act("check", actions.check_organization, label="核对无误", bulk=True, icon="circle-check"),
            Act(
                "correct",
                actions.correct_organization,
                label="更正信息",
                explain="改完就算核对过了。名称、信用代码、类别和行业照营业执照，由工委改。",
                form=OwnForm,
                fill=_own,
            ),
            Act(
                "join",
                actions.join_branch,
                label="划入党组织",
                permission="directory.join_branch",
                form=JoinForm,
                when=_may_join,
            ),
            Act(
                "ask_instructor",
                actions.ask_instructor,
                label="请派指导员",
                permission="directory.ask_instructor",
                explain="角色只有安全管理员能分派。他会收到一条消息，打开就能派。",
                form=AskForm,
                when=_lacks_instructor,
            ),
            Act(
                "close",
                actions.close_organization,
                label="停业、注销或迁出",
                form=CloseForm,
                danger=True,
                explain="注销或迁出以后不再属于原来的支部，也退出正在排的队；还有没办完的需求时不能注销或迁出，"
                "请先办结。历史需求和评价会保留，可以改回在业。",
                when=_alive,
            ),
            Act(
                "reopen",
                actions.reopen_organization,
                label="改回在业",
                permission="directory.close_organization",
                needs_note=True,
                explain="重新算作在业；原来的支部要重新加入。",
                when=lambda row: row.registration != Registration.ACTIVE,
            ),
        ),
        verbs={
            **{move.name: move.label for move in ORGANIZATION.moves},
            "correct": "更正并核对",
            "join_branch": "划入党组织",
            "take_in": "并入另一条记录",
            "tell_apart": "确认不是同一家",
        },
        ledger=Ledger("L01", "两新组织基本情况台账"),
        sheet=(
            "name",
            "uscc",
            "kind",
            "industry_code",
            "industry_name",
            "is_forging",
            "is_scaled",
            Code("division__code", "所属乡镇代码", writable=False),
            "division",
            "address",
            "headcount_band",
            "registration",
            "coverage",
            "branch_name",
            "member_count",
            "contact_name",
            "contact_phone",
            blank("联系领导"),
            Instructors("instructors", "党建指导员"),
            "source",
            Moment("updated", "更新日期", writable=False),
            "note",
        ),
        keys=(("uscc",), ("name",)),
        menu=Menu(group="台账与分析", icon="building-factory-2", order=500),
        seen_by=lambda row: (
            f"工委、联系领导和联络员、{row.division.name}党委经办、这家的书记、出资人、经办人和指导员。"
        ),
    )
)

site.panel(
    Organization,
    "有没有重复录入",
    "directory.alike",
    lambda user, row: can(user, "directory.merge_organizations", row),
)
