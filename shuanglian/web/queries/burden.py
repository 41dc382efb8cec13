"""填报负担: how much people are asked to type in a month, by which form and for whose sake.

A count of fields × how often a form was used, from the history; minutes are estimated from the controls. By role, never
by person: a role that fewer than three people acted in is added to the others.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.db.models import Count, Q

from shuanglian.accounts.choices import ADMINISTRATORS, COMMITTEE, ENTERPRISE_SIDE, Role
from shuanglian.accounts.models import RoleAssignment
from shuanglian.core.clock import SHANGHAI
from shuanglian.core.models import Entry
from shuanglian.directory.queries import months_after
from shuanglian.web.queries.fields import Source, fields_of

FEWEST = 3  # people; fewer are not shown as a role of their own
GLANCE = 2  # seconds to look at a field that is filled in
OTHERS = "其他（人数少的角色合在一起）"
ROLES: dict[str, str] = {
    **dict.fromkeys(ENTERPRISE_SIDE, "企业和社会组织"),
    Role.PARTNER_HANDLER: "联盟单位经办",
    **dict.fromkeys(COMMITTEE, "工委"),
    Role.TOWNSHIP: "乡镇党委经办",
    Role.INSTRUCTOR: "党建指导员",
    **dict.fromkeys((Role.LEADER, Role.LIAISON), "联系领导和联络员"),
    **dict.fromkeys(ADMINISTRATORS, "管理员"),
}
FREE, UNIT, OFFICE, LEDGER = "自己要办的事", "对方要知道进展", "工委要办理", "台账要求"


@dataclass(frozen=True, slots=True)
class Filling:
    """One occasion to fill in a form: its title, the form, what the history calls it, and for whose sake."""

    title: str
    form: str
    kind: str
    verbs: tuple[str, ...]
    sake: str

    @property
    def fields(self) -> int:
        """How many fields it shows."""
        return len(fields_of(self.form)) if self.form else 0

    @property
    def held(self) -> int:
        """How many of them are filled in already."""
        return sum(field.source == Source.HELD for field in fields_of(self.form)) if self.form else 0

    @property
    def seconds(self) -> int:
        """One use: what is held is looked at, optional fields are filled in every second time."""
        return _seconds(self.form) if self.form else GLANCE


FILLINGS = (
    Filling("提需求", "exchange.PostForm", "need", ("submit",), FREE),
    Filling("分出一条需求", "exchange.SplitForm", "need", ("split",), FREE),
    Filling("关联需求", "exchange.RelateForm", "needlink", ("relate",), FREE),
    Filling("撤回需求", "exchange.WithdrawForm", "need", ("withdraw",), UNIT),
    Filling("提出异议", "exchange.ContestForm", "reopening", ("contest",), FREE),
    Filling("重新办理", "exchange.ReopenForm", "reopening", ("reopen",), FREE),
    Filling("预约资源", "exchange.BookForm", "commitment", ("book",), FREE),
    Filling("排队等候", "exchange.WaitForm", "waiting", ("wait",), FREE),
    Filling("轮到了，预约", "exchange.TakePlaceForm", "waiting", ("take_place",), FREE),
    Filling("留言", "exchange.MessageForm", "message", ("say",), FREE),
    Filling("上传材料", "exchange.AttachForm", "storedfile", ("attach",), FREE),
    Filling("确认办理结果", "exchange.ConfirmForm", "confirmation", ("confirm",), UNIT),
    Filling("评价", "exchange.RateForm", "feedback", ("rate",), UNIT),
    Filling("认领", "exchange.ClaimForm", "commitment", ("claim",), FREE),
    Filling("写办理进展", "exchange.ProgressForm", "message", ("note_progress",), UNIT),
    Filling("报办结", "exchange.DeliverForm", "delivery", ("deliver",), UNIT),
    Filling("更正办结数量", "exchange.CorrectForm", "delivery", ("correct",), UNIT),
    Filling("接受预约", "exchange.AnswerForm", "commitment", ("accept",), UNIT),
    Filling("谢绝预约", "exchange.DeclineForm", "commitment", ("decline",), UNIT),
    Filling("减少认领数量", "exchange.ShrinkForm", "commitment", ("shrink",), UNIT),
    Filling("撤回认领", "exchange.WithdrawCommitmentForm", "commitment", ("withdraw",), UNIT),
    Filling("办到这里为止", "exchange.EndForm", "commitment", ("finish",), UNIT),
    Filling("转办", "exchange.ReferForm", "referral", ("refer",), FREE),
    Filling("答复商请和转办", "exchange.AnswerAskingForm", "match", ("answer_proposal",), OFFICE),
    Filling("商请认领", "exchange.ProposeForm", "match", ("propose",), OFFICE),
    Filling("谢绝推荐", "matching.DeclineForm", "match", ("decline_suggestion",), FREE),
    Filling("延期", "exchange.ExtendForm", "extension", ("extend",), UNIT),
    Filling("暂停计时", "exchange.StopForm", "clockstop", ("stop_clock",), UNIT),
    Filling("发布资源", "exchange.OfferForm", "offer", ("create",), FREE),
    Filling("资源续期", "exchange.RenewForm", "offer", ("renew",), FREE),
    Filling("下架、暂停资源", "exchange.NoteForm", "offer", ("withdraw", "pause"), FREE),
    Filling("退回资源", "exchange.ReturnOfferForm", "offer", ("return",), OFFICE),
    Filling("受理需求", "exchange.AcceptForm", "need", ("accept",), OFFICE),
    Filling("退回需求", "exchange.ReturnForm", "need", ("return",), OFFICE),
    Filling("结束办理", "exchange.CloseForm", "need", ("close",), OFFICE),
    Filling("列入季度会议题", "exchange.PutOnForm", "agendaitem", ("put_on_agenda",), OFFICE),
    Filling("记议定结果", "exchange.DiscussForm", "agendaitem", ("discuss",), OFFICE),
    Filling("核对企业信息", "", "organization", ("check",), LEDGER),
    Filling("更正企业信息", "directory.OwnForm", "organization", ("correct",), LEDGER),
    Filling("登记、修改企业", "directory.OrganizationForm", "organization", ("create", "change"), LEDGER),
    Filling(
        "企业停业、注销、迁出",
        "directory.CloseForm",
        "organization",
        ("suspend", "cancel", "move_away"),
        LEDGER,
    ),
    Filling("划入党组织", "directory.JoinForm", "organization", ("join_branch",), LEDGER),
    Filling("请派指导员", "directory.AskForm", "organization", ("ask_instructor",), OFFICE),
    Filling("登记、修改党组织", "directory.BranchForm", "partybranch", ("create", "change"), LEDGER),
    Filling("登记换届", "directory.RenewForm", "partybranch", ("renew",), LEDGER),
    Filling("登记书记", "directory.SecretaryForm", "partybranch", ("name_secretary",), LEDGER),
    Filling("延期换届", "directory.ExtendForm", "partybranch", ("extend",), LEDGER),
    Filling("登记、修改联盟单位", "directory.UnitForm", "partnerunit", ("create", "change"), LEDGER),
    Filling("改承接能力", "directory.CapacityForm", "partnerunit", ("set_capacity",), FREE),
    Filling("改单位联系人", "directory.ContactForm", "partnerunit", ("set_contact",), FREE),
    Filling("建账号", "accounts.UserForm", "user", ("create",), OFFICE),
    Filling("分派角色", "directory.PostForm", "roleassignment", ("assign",), OFFICE),
    Filling("工作交接", "web.HandoverForm", "commitment", ("hand_over",), OFFICE),
    Filling("提意见建议", "web.SuggestionForm", "suggestion", ("create",), FREE),
    Filling("答复意见建议", "core.AnswerForm", "suggestion", ("answer",), OFFICE),
)
# What people set for themselves or the office for the house: nobody is asked for it in the course of the work.
SETTINGS = frozenset(
    {
        "accounts.ActivateCodeForm",
        "accounts.ChangePasswordForm",
        "accounts.CodeAgainForm",
        "accounts.CodeForm",
        "accounts.ReauthenticateForm",
        "accounts.ResetPasswordForm",
        "accounts.SetPasswordForm",
        "accounts.SignInForm",
        "core.DayForm",
        "core.PlanForm",
        "core.ReasonForm",
        "core.TermForm",
        "exchange.CheckForm",
        "exchange.ReplyForm",
        "exchange.ReviseForm",
        "exchange.RuleForm",
        "exchange.WordsForm",
        "matching.EntryForm",
    }
)


@dataclass(frozen=True, slots=True)
class ByForm:
    """One filling in a month."""

    filling: Filling
    times: int

    @property
    def minutes(self) -> int:
        return _minutes(self.filling.seconds * self.times)


@dataclass(frozen=True, slots=True)
class ByRole:
    """What the people of one role filled in together in a month."""

    role: str
    times: int
    fields: int
    seconds: int

    @property
    def minutes(self) -> int:
        return _minutes(self.seconds)


@dataclass(frozen=True, slots=True)
class Burden:
    """A month: by role, and by form; both add up to the same."""

    first: dt.date
    roles: list[ByRole]
    forms: list[ByForm]


def burden_of(county: str, first: dt.date) -> Burden:
    """The month that begins on a day. Imports, jobs and what the machine does are not filled in by anybody."""
    used = _used(county, first)
    by_form = {filling: sum(used.get(filling, {}).values()) for filling in FILLINGS}
    forms = [ByForm(filling, times) for filling, times in by_form.items() if times]
    return Burden(first, _by_role(county, first, used), sorted(forms, key=lambda f: -f.minutes))


def _used(county: str, first: dt.date) -> dict[Filling, dict[int, int]]:
    """Filling → account → how often; accounts only to be counted together by role."""
    start = dt.datetime.combine(first, dt.time(), SHANGHAI)
    end = dt.datetime.combine(months_after(first, 1), dt.time(), SHANGHAI)
    lines = Entry.objects.filter(when__gte=start, when__lt=end, actor__county=county)
    known = _known()
    asked = Q()
    for kind, verb in known:
        asked |= Q(kind__model=kind, verb=verb)
    counts = (
        lines.filter(asked).order_by().values_list("kind__model", "verb", "actor_id").annotate(Count("pk"))
    )
    used: dict[Filling, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for kind, verb, actor, many in counts:
        used[known[kind, verb]][actor] += many
    return used


def _by_role(county: str, first: dt.date, used: dict[Filling, dict[int, int]]) -> list[ByRole]:
    actors = {actor for counts in used.values() for actor in counts}
    role_of = _roles(county, first, actors)
    people: dict[str, set[int]] = defaultdict(set)
    for actor, role in role_of.items():
        people[role].add(actor)
    shown = {role for role, held in people.items() if len(held) >= FEWEST}
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for filling, counts in used.items():
        for actor, many in counts.items():
            role = role_of.get(actor, "")
            if role:
                found = sums[role if role in shown else OTHERS]
                found[0] += many
                found[1] += many * filling.fields
                found[2] += many * filling.seconds
    order = [*dict.fromkeys(ROLES.values()), OTHERS]
    return [ByRole(role, *sums[role]) for role in order if role in sums]


def _roles(county: str, first: dt.date, actors: Iterable[int]) -> dict[int, str]:
    """Account → its role in that month, the first in the order of ``ROLES`` when it held several."""
    last = months_after(first, 1) - dt.timedelta(days=1)
    posts = RoleAssignment.objects.filter(
        Q(ends=None) | Q(ends__gte=first), county=county, user_id__in=actors, starts__lte=last
    )
    order = list(ROLES)
    held = sorted(
        ((order.index(role), user) for user, role in posts.values_list("user_id", "role") if role in ROLES),
        reverse=True,
    )
    return {user: ROLES[order[place]] for place, user in held}


def months(day: dt.date, many: int = 12) -> list[dt.date]:
    """The first days of this month and those before, newest first."""
    this = day.replace(day=1)
    return [months_after(this, -back) for back in range(many)]


@cache
def _known() -> dict[tuple[str, str], Filling]:
    return {(filling.kind, verb): filling for filling in FILLINGS for verb in filling.verbs}


@cache
def _seconds(form: str) -> int:
    total = 0.0
    for field in fields_of(form):
        one = GLANCE if field.source == Source.HELD else field.seconds
        total += one if field.is_required else one / 2
    return round(total)


def _minutes(seconds: int) -> int:
    """Whole minutes, at least one of what was done at all."""
    return max(round(seconds / 60), 1) if seconds else 0
