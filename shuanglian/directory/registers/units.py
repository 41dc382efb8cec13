"""The register of partner units: who answers for what, and how much each can take on."""

from shuanglian.core import dictionary
from shuanglian.core.register.columns import Choice, Code, Date, Link, Number, Person, Phone, Text
from shuanglian.core.register.declare import Act, Empty, Menu, Register, Section
from shuanglian.core.register.filters import Condition, Facet
from shuanglian.core.register.site import site
from shuanglian.directory import actions
from shuanglian.directory.forms import CapacityForm, ContactForm, UnitForm
from shuanglian.directory.models import PartnerUnit
from shuanglian.directory.queries import (
    in_alliance,
    names_of_town,
    townships,
    units_visible_to,
    without_mandate,
)
from shuanglian.directory.registers import sheet_words


def _mandates(unit: PartnerUnit, is_main: bool) -> str:
    names = dictionary.names("need_category")
    return "、".join(
        names.get(row.category, row.category) for row in unit.mandates.all() if row.is_main == is_main
    )


UNITS = site.add(
    Register(
        slug="units",
        title="联盟单位",
        model=PartnerUnit,
        rows=units_visible_to,
        columns=(
            Text("name", sort="pinyin", required=True, aliases=("成员单位", "联盟单位", "单位全称", "名称")),
            Text("short_name", shown=False, sortable=False),
            Choice(
                "kind",
                required=True,
                also=sheet_words.UNITS,
                aliases=("单位性质", "单位类型", "类别", "性质"),
            ),
            Choice("level", shown=False),
            Text("source", shown=False, sortable=False),
            Text("main", "主责类别", get=lambda row: _mandates(row, True), writable=False),
            Text(
                "others", "可以配合的类别", get=lambda row: _mandates(row, False), writable=False, shown=False
            ),
            Text("duty", shown=False, sortable=False, aliases=("主要职能", "工作职能", "主要职责", "职责")),
            Number("monthly_capacity", total=True, aliases=("每月可承接", "每月承接")),
            Person("contact_name", sortable=False, aliases=("联络员", "联络员姓名")),
            Phone(
                "contact_phone",
                reveal="directory.view_partnerunit",
                sortable=False,
                aliases=("联络员电话", "联系方式", "手机号", "电话"),
            ),
            Link(
                "division",
                shown=False,
                sort="division__code",
                rows=lambda user: townships(user.county).select_related("parent__parent__parent"),
                also=names_of_town,
            ),
            Code("uscc", shown=False, sortable=False, check=sheet_words.code_of_unit),
            Date("joined_on", shown=False, aliases=("加入时间",)),
            Date("left_on", shown=False),
        ),
        heading="name",
        under="short_name",
        counter="个",
        help="需求按主责类别找单位。每月能承接多少，由单位自己定。",
        empty=Empty("还没有联盟单位", "新增单位并选好主责类别，需求就能找到它。"),
        sections=(
            Section("单位", ("kind", "level", "source", "uscc", "division", "joined_on", "left_on")),
            Section("职能", ("main", "others", "duty", "monthly_capacity")),
            Section("联系", ("contact_name", "contact_phone")),
        ),
        order="name",
        search=("name", "short_name", "duty"),
        initials=("initials",),
        search_hint="名称、职能",
        filters=(
            Facet("kind", "单位类别"),
            Facet("level", "级别"),
            Facet(
                "mandates__category",
                "职能",
                options=lambda user: list(dictionary.names("need_category").items()),
            ),
        ),
        conditions=(
            Condition("left", "已退出", lambda day: ~in_alliance(day)),
            Condition("idle", "没有主责类别", without_mandate),
        ),
        form=UnitForm,
        create=actions.create_unit,
        update=actions.change_unit,
        acts=(
            Act(
                "set_capacity",
                actions.set_capacity,
                label="改承接能力",
                permission="directory.set_capacity",
                form=CapacityForm,
                fill=lambda unit: {"monthly_capacity": unit.monthly_capacity},
            ),
            Act(
                "set_contact",
                actions.set_contact,
                label="改联系人",
                permission="directory.set_contact",
                form=ContactForm,
                fill=lambda unit: {"contact_name": unit.contact_name, "contact_phone": unit.contact_phone},
            ),
        ),
        verbs={"set_mandates": "改职能"},
        sheet=(
            "name",
            "short_name",
            "kind",
            "level",
            "source",
            "uscc",
            "division",
            "main",
            "others",
            "duty",
            "monthly_capacity",
            "contact_name",
            "contact_phone",
            "joined_on",
            "left_on",
        ),
        keys=(("name",),),
        menu=Menu(group="台账与分析", icon="building-estate", order=520),
        seen_by=lambda row: "县里登录的人都能看。",
        public=True,
    )
)
