"""Accounts for the two administrators who keep them, and the whole history for the auditor who reads it."""

from allauth.mfa.models import Authenticator

from shuanglian.accounts import actions
from shuanglian.accounts.forms import ResetPasswordForm, UserForm
from shuanglian.accounts.models import User
from shuanglian.accounts.queries import entries_visible_to, users_visible_to
from shuanglian.core.models import Entry
from shuanglian.core.register import index, words
from shuanglian.core.register.columns import Moment, Person, Phone, Text, YesNo
from shuanglian.core.register.declare import Act, Empty, Menu, Register, Section
from shuanglian.core.register.filters import Dates
from shuanglian.core.register.filters import YesNo as YesNoFilter
from shuanglian.core.register.site import site
from shuanglian.core.sealing import head

SHORT = 12  # characters of a digest that people copy and compare


def _roles(user: User) -> str:
    held = [post.get_role_display() for post in user.assignments.all() if post.is_current]
    return "、".join(dict.fromkeys(held))


def _has_second_factor(user: User) -> bool:
    return any(one.type != Authenticator.Type.RECOVERY_CODES for one in user.authenticator_set.all())  # type: ignore[attr-defined]


def _verb(entry: Entry) -> str:
    register = index.by_model.get(entry.kind.model_class())  # type: ignore[arg-type]
    return words.verb_words(register, entry.verb) if register else words.VERBS.get(entry.verb, entry.verb)


def _kind(entry: Entry) -> str:
    model = entry.kind.model_class()
    return str(model._meta.verbose_name) if model else entry.kind.model


def _touched(entry: Entry) -> str:
    """Which facts were changed, without the values: those stand on the row's own page for who may see it."""
    model = entry.kind.model_class()
    labels = {f.attname: str(f.verbose_name) for f in model._meta.concrete_fields} if model else {}
    return "、".join(labels[name] for name in entry.changes if name in labels and name != "id")


def _how_far(auditor: User) -> str:
    """What the page is for, and the head of the chain, to be noted down away from this machine."""
    at = head()
    return (
        "只能看，不能改，也不能删。用来查清楚谁在什么时候做了什么，不用来统计谁做得多。"
        f"现在已封存 {at.sealed} 条，最新印记 {at.digest[:SHORT] or '无'}，可以抄下来日后核对。"
    )


USERS = site.add(
    Register(
        slug="users",
        title="账号",
        model=User,
        rows=users_visible_to,
        prefetch=("assignments", "authenticator_set"),
        columns=(
            Text("name"),
            Text("username"),
            Phone("mobile", reveal="accounts.view_user", sortable=False),
            Text("roles", "角色", get=_roles),
            YesNo("is_active"),
            YesNo("second_factor", "两步验证", get=_has_second_factor, shown=False, sortable=False),
            Moment("created", shown=False),
        ),
        heading="name",
        under="username",
        counter="个",
        help="账号由系统管理员建立，角色由安全管理员分派。只登记姓名和手机号。",
        empty=Empty("还没有账号", "新增一个账号，再请安全管理员分派角色。"),
        sections=(Section("账号", ("mobile", "roles", "is_active", "second_factor", "created")),),
        order="username",
        search=("name", "username", "mobile"),
        search_hint="姓名、账号、手机号",
        filters=(YesNoFilter("is_active", "可以登录"),),
        form=UserForm,
        create=actions.create_user,
        update=actions.change_user,
        acts=(
            Act(
                "reset_password",
                actions.reset_password,
                label="重置密码",
                permission="accounts.reset_password",
                form=ResetPasswordForm,
                explain="他下次登录要用新的初始密码，并且马上改掉。输错密码的锁定也一起解除。",
            ),
            Act(
                "remove_second_factor",
                actions.remove_second_factor,
                label="关闭两步验证",
                permission="accounts.remove_second_factor",
                needs_note=True,
                danger=True,
                explain="手机丢了、备用码也没有时用。先当面或打电话核实是本人。关闭后他所有设备上的登录都会退出，"
                "并收到通知；管理员下次登录必须重新开启。",
                when=_has_second_factor,
            ),
            Act(
                "deactivate",
                actions.deactivate_user,
                label="停用",
                permission="accounts.deactivate_user",
                asks_note=True,
                danger=True,
                explain="停用后不能登录，办过的事都保留，可以恢复。",
                when=lambda user: user.is_active,
            ),
            Act(
                "reactivate",
                actions.reactivate_user,
                label="恢复",
                permission="accounts.deactivate_user",
                when=lambda user: not user.is_active,
            ),
        ),
        verbs={"choose_password": "改自己的密码", "remove_second_factor": "关闭两步验证"},
        menu=Menu(group="系统", icon="user-cog", order=910),
        seen_by=lambda user: "系统管理员和安全管理员可以看，本人可以看自己的。",
    )
)

HISTORY = site.add(
    Register(
        slug="history",
        title="操作记录",
        model=Entry,
        rows=entries_visible_to,
        columns=(
            Moment("when", "时间"),
            Person("actor__name", "操作人", sortable=False),
            Text("actor__username", "账号", shown=False),
            Text("behalf", "代谁办理", shown=False, sortable=False),
            Text("what", "操作", get=_verb),
            Text("about", "对象", get=_kind),
            Text("object_id", "对象编号", sortable=False),
            Text("touched", "改动的项", get=_touched),
            Text("note", "说明", sortable=False),
        ),
        heading="when",
        under="actor__username",
        counter="条",
        help=_how_far,
        empty=Empty("还没有操作记录"),
        sections=(
            Section(
                "记录",
                (
                    "when",
                    "actor__name",
                    "actor__username",
                    "behalf",
                    "what",
                    "about",
                    "object_id",
                    "touched",
                    "note",
                ),
            ),
        ),
        order="-when",
        filters=(Dates("when", "时间", moment=True),),
        menu=Menu(group="系统", icon="history", order=930),
        seen_by=lambda entry: "只有审计员。",
    )
)
