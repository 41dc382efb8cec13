"""The register of party branches (L02). Counts and posts, never a roster."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from shuanglian.core.register import messy
from shuanglian.core.register.columns import Choice, Code, Date, Links, Number, Person, Phone, Text
from shuanglian.core.register.declare import Act, Empty, Ledger, Menu, Register, Section
from shuanglian.core.register.filters import Condition, Dates, Facet
from shuanglian.core.register.messy import CellError
from shuanglian.core.register.site import site
from shuanglian.directory import actions
from shuanglian.directory.forms import BETWEEN, BranchForm, ExtendForm, RenewForm, SecretaryForm
from shuanglian.directory.models import Organization, PartyBranch
from shuanglian.directory.queries import (
    branches_visible_to,
    crowded,
    current_hosts,
    organizations_visible_to,
    overdue,
    remarks_on,
    renewal_due,
    without_secretary,
)
from shuanglian.directory.registers import sheet_words


@dataclass(frozen=True, slots=True)
class Hosts(Links):
    """The organisations a branch covers; a sheet names them with 、 or line breaks between."""

    writable: bool = True

    def known(self, user: Any) -> dict[str, list[Organization]]:
        """Every name, short name and code a user may use → the organisations it stands for."""
        names: dict[str, list[Organization]] = {}
        for row in organizations_visible_to(user):
            for text in {messy.plain(t) for t in (row.name, row.short_name, row.uscc) if t}:
                names.setdefault(text, []).append(row)
        return names

    def read(self, cell: Any, known: dict[str, list[Organization]]) -> list[Organization]:
        typed = filter(None, map(messy.plain, BETWEEN.split(messy.as_text(cell))))
        return [_one(text, known) for text in dict.fromkeys(typed)]

    def is_same(self, stored: Iterable[Organization], read: Iterable[Organization]) -> bool:
        return {row.pk for row in stored} == {row.pk for row in read}


def _one(text: str, known: dict[str, list[Organization]]) -> Organization:
    found = known.get(text, [])
    if len(found) == 1:
        return found[0]
    if found:
        raise CellError(f"有不止一家“{text}”，请改写统一社会信用代码")
    guess = messy.like(text, known)
    raise CellError(f"企业台账里没有“{text}”" + (f"，是不是“{guess}”？" if guess else ""), guess)


def _hosting(branch: PartyBranch) -> str:
    """Every organisation it covered and covers, with its days: joint branches change."""
    rows = sorted(branch.host_rows.all(), key=lambda host: (host.starts, host.pk))
    return "；".join(
        f"{host.organization.name}（{host.starts:%Y-%m-%d} 起{f'，{host.ends:%Y-%m-%d} 止' if host.ends else ''}）"
        for host in rows
    )


def _secretary(branch: PartyBranch) -> dict[str, Any]:
    return {name: getattr(branch, name) for name in ("secretary_name", "secretary_background")}


def _renewal(branch: PartyBranch) -> dict[str, Any]:
    kept = ("secretary_name", "secretary_background", "deputy_name", "full_members", "probationary_members")
    return {name: getattr(branch, name) for name in kept}


def _living(branch: PartyBranch) -> bool:
    return branch.ended_on is None


BRANCHES = site.add(
    Register(
        slug="branches",
        title="党组织台账",
        model=PartyBranch,
        rows=branches_visible_to,
        prefetch=("host_rows__organization",),
        columns=(
            Text("name", sort="pinyin", required=True, aliases=("党组织名称", "支部名称", "党支部名称")),
            Code("code", shown=False),
            Choice(
                "kind",
                required=True,
                also=sheet_words.BRANCHES,
                aliases=("党组织类别", "党组织类型", "支部类型"),
            ),
            Text("superior", shown=False, aliases=("上级党委", "隶属党组织", "所属党委")),
            Number(
                "host_count",
                "覆盖单位数",
                get=lambda row: len(current_hosts(row)),
                writable=False,
                shown=False,
            ),
            Hosts(
                "hosts",
                "覆盖单位名称",
                get=current_hosts,
                sortable=False,
                aliases=("覆盖单位", "覆盖企业", "依托单位", "所在单位", "所在企业"),
            ),
            Number("full_members", total=True, aliases=("正式党员",)),
            Number("probationary_members", shown=False, total=True, aliases=("预备党员",)),
            Date("founded_on", shown=False, aliases=("成立时间", "组建时间", "建立时间")),
            Text("approval_no", shown=False, sortable=False),
            Person("secretary_name", post="get_secretary_background_display", sortable=False),
            Choice("secretary_background", shown=False),
            Person("deputy_name", shown=False, sortable=False),
            Date("term_start", shown=False, aliases=("换届时间", "上次换届", "上次换届时间", "本届任期起始")),
            Number("term_years", shown=False, aliases=("任期",)),
            Date("term_ends", "届满日期", writable=False),
            Date("extended_to", writable=False, shown=False),
            Text("hosting", "覆盖经过", get=_hosting, writable=False, shown=False, sortable=False),
            Date("remind_on", "换届提醒日期", writable=False, shown=False),
            Text("place", shown=False, sortable=False),
            Phone(
                "phone",
                reveal="directory.see_branch_phone",
                shown=False,
                sortable=False,
                aliases=("联系方式", "书记电话", "书记联系方式"),
            ),
            Date("ended_on", writable=False, shown=False),
            Text(
                "remarks",
                "提醒",
                get=lambda row: "；".join(remarks_on(row)) or "没有",
                writable=False,
                shown=False,
            ),
            Text("note", shown=False, sortable=False),
        ),
        heading="name",
        under="code",
        counter="个",
        help="只登记党员数和书记、副书记，不登记党员名单。届满前 6 个月开始提醒换届。",
        empty=Empty("还没有党组织", "可以新增一个，也可以导入 Excel 台账。"),
        sections=(
            Section("要留意的", ("remarks",)),
            Section("党组织", ("kind", "superior", "hosts", "founded_on", "approval_no")),
            Section("人数和书记", ("full_members", "probationary_members", "secretary_name", "deputy_name")),
            Section(
                "任期", ("term_start", "term_years", "term_ends", "extended_to", "remind_on", "ended_on")
            ),
            Section("覆盖经过", ("hosting",)),
            Section("联系", ("place", "phone", "note")),
        ),
        order="name",
        search=("name", "code", "secretary_name", "host_rows__organization__name"),
        initials=("initials",),
        search_hint="名称、代码、书记、企业",
        filters=(
            Facet("kind", "类别"),
            Facet("secretary_background", "书记身份"),
            Dates("term_ends", "届满日期"),
        ),
        conditions=(
            Condition("overdue", "已届满没换届", overdue),
            Condition("renewal", "半年内届满", renewal_due),
            Condition("headless", "没登记书记", without_secretary),
            Condition("crowded", "联合支部覆盖超过规定家数", crowded),
        ),
        form=BranchForm,
        create=actions.create_branch,
        update=actions.change_branch,
        acts=(
            Act(
                "renew",
                actions.renew_branch,
                label="登记换届",
                permission="directory.change_partybranch",
                form=RenewForm,
                fill=_renewal,
                when=_living,
            ),
            Act(
                "name_secretary",
                actions.name_secretary,
                label="登记书记",
                permission="directory.change_partybranch",
                form=SecretaryForm,
                fill=_secretary,
                when=_living,
            ),
            Act(
                "extend",
                actions.extend_branch,
                label="延期换届",
                permission="directory.change_partybranch",
                form=ExtendForm,
                when=lambda row: row.ended_on is None and row.term_start is not None,
            ),
            Act(
                "end",
                actions.end_branch,
                label="撤销",
                permission="directory.end_partybranch",
                needs_note=True,
                danger=True,
                explain="从今天起不再覆盖任何单位，也不能再改。历史会保留，不能恢复。",
                when=_living,
            ),
        ),
        verbs={"join": "新覆盖一家单位", "renew": "换届", "extend": "延期换届", "name_secretary": "登记书记"},
        ledger=Ledger("L02", "党组织台账"),
        sheet=(
            "name",
            "code",
            "kind",
            "superior",
            "host_count",
            "hosts",
            "full_members",
            "probationary_members",
            "founded_on",
            "approval_no",
            Person("secretary_name", "书记姓名", aliases=("书记", "支部书记", "党支部书记", "党组织书记")),
            "secretary_background",
            "deputy_name",
            "term_start",
            "term_years",
            "term_ends",
            "remind_on",
            "place",
            "phone",
            "note",
        ),
        keys=(("code",), ("name",)),
        check_row=actions.check_branch_facts,
        menu=Menu(group="台账与分析", icon="users-group", order=510),
        seen_by=lambda row: (
            "工委、联系领导和联络员、所在乡镇党委经办、覆盖单位的书记、出资人、经办人和指导员。"
        ),
    )
)
