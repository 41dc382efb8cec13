"""The register of posts: who holds which role where. Kept here because places have names only here."""

from shuanglian.accounts import actions as accounts
from shuanglian.accounts.choices import Role
from shuanglian.accounts.models import RoleAssignment
from shuanglian.core.register.columns import Choice, Date, Person, Text
from shuanglian.core.register.declare import Act, Empty, Menu, Register, Section
from shuanglian.core.register.filters import Condition, Dates, Facet
from shuanglian.core.register.site import site
from shuanglian.directory import actions
from shuanglian.directory.forms import PostForm
from shuanglian.directory.queries import posts_over, posts_visible_to

POSTS = site.add(
    Register(
        slug="posts",
        title="角色分派",
        model=RoleAssignment,
        rows=posts_visible_to,
        columns=(
            Person("user__name", "姓名", sort="user__username"),
            Text("user__username", "账号", shown=False),
            Choice("role"),
            Text("place", "所在企业、单位或乡镇"),
            Text("title", sortable=False),
            Date("starts"),
            Date("ends"),
        ),
        heading="user__name",
        under="user__username",
        counter="条",
        help="谁在哪里担任什么角色。三个管理员各由一人担任，不兼其他角色。",
        empty=Empty("还没有分派角色", "先由系统管理员建账号，再由安全管理员分派角色。"),
        sections=(Section("角色", ("role", "place", "title", "starts", "ends")),),
        order="-starts",
        search=("user__name", "user__username", "title"),
        search_hint="姓名、账号",
        filters=(
            Facet("role", "角色", options=lambda user: [r for r in Role.choices if r[0] != Role.SYSTEM]),
            Dates("starts", "起始日期"),
        ),
        conditions=(Condition("over", "已结束", posts_over),),
        form=PostForm,
        create=actions.appoint,
        acts=(
            Act(
                "end",
                accounts.end_role,
                label="收回角色",
                permission="accounts.end_role",
                asks_note=True,
                danger=True,
                explain="马上生效，他不能再用这个角色办事。要恢复就重新分派。",
                when=lambda row: row.ended_at is None,
            ),
        ),
        verbs={"assign": "分派", "end": "收回"},
        menu=Menu(group="系统", icon="id-badge-2", order=920),
        seen_by=lambda row: "安全管理员可以分派，系统管理员可以看，本人可以看自己的。",
    )
)
