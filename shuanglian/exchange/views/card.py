"""Which buttons somebody sees on a need and on each promise of it: from the state machines and the permissions."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from shuanglian.accounts.choices import COMMITTEE, Role, Scope
from shuanglian.core.access import can
from shuanglian.core.render import date_text
from shuanglian.exchange.actions.splitting import SPLITTABLE
from shuanglian.exchange.choices import (
    CLAIMABLE,
    CONTESTABLE,
    CheckStep,
    CommitmentState,
    DeadlineKind,
    NeedState,
    Side,
    Source,
    Verdict,
    Visibility,
)
from shuanglian.exchange.models import Commitment, Need
from shuanglian.exchange.queries.agenda import waits_for_meeting
from shuanglian.exchange.queries.check import must_check
from shuanglian.exchange.queries.detail import Held, NeedDetail
from shuanglian.exchange.queries.link import Linked
from shuanglian.exchange.states import COMMITMENT, NEED
from shuanglian.exchange.views.story import rated_by


@dataclass(frozen=True, slots=True)
class Button:
    """A link that opens the form of an act, or (``post``) a form of one button that does it at once."""

    text: str
    href: str
    cls: str = "btn-line"
    ic: str = ""
    post: bool = False
    name: str = ""
    value: str = ""
    page: bool = False  # leads to a page of its own, never a dialog


@dataclass(frozen=True, slots=True)
class DueCard:
    """The card at the right: how much time is left for what, and the main acts."""

    number: int | None  # days left, negative when late
    headline: str
    small: str
    tone: str  # '', 'ok', 'bad'
    main: list[Button]
    more: list[Button]


@dataclass(frozen=True, slots=True)
class HeldCard:
    """One promise with the acts this user has on it, and what the receiver is asked."""

    held: Held
    buttons: list[Button]
    asks_receiver: bool
    rate: Button | None
    end: Button | None


WEIGHT = {"btn-primary": 0, "btn-ghost": 2}
VERBS = {
    DeadlineKind.ACCEPT: "审核",
    DeadlineKind.CLAIM: "有单位认领",
    DeadlineKind.FIRST_CONTACT: "首次对接",
    DeadlineKind.RESOLVE: "办结",
    DeadlineKind.CONFIRM: "请企业确认",
}


def due_card(detail: NeedDetail, user: Any) -> DueCard:
    """The main card for this user."""
    need = detail.need
    buttons = [*_working(detail, user), *_moves(detail, user), *_others(detail, user)]
    buttons.sort(key=lambda b: WEIGHT.get(b.cls, 1))  # the main act first, what is seldom done last
    main, more = buttons[:2], [*buttons[2:], *_linking(need, user)]
    if detail.closure and need.state == NeedState.CLOSED:
        ended = f"{date_text(detail.closure.created)}办结"
        return DueCard(None, ended, str(detail.closure), detail.closure.tone, main, more)
    if not detail.limits:
        return DueCard(None, need.get_state_display(), "", "", main, more)
    limit = detail.limits[0]
    left = limit.days_left
    verb = "答复预约" if need.state == NeedState.BOOKED else VERBS[DeadlineKind(limit.deadline.kind)]
    small = f"{date_text(limit.deadline.due)}前{verb}"
    if limit.stopped:
        inside = user.is_authenticated and can(user, "exchange.read_talk_of_need", need)
        why = f"在等：{limit.stopped}" if inside else "等提出单位补充"
        return DueCard(None, "已暂停计时", why, "", main, more)
    headline = "天后到期" if left >= 0 else "天，已超期"
    return DueCard(left, headline, small, "" if left >= 0 else "bad", main, more)


def held_cards(detail: NeedDetail, user: Any) -> list[HeldCard]:
    """The promises, oldest first, with what this user may do about each."""
    if not user.is_authenticated:
        return [HeldCard(h, [], False, None, None) for h in detail.held]
    return [_held_card(h, detail, user) for h in detail.held]


def owns(detail: NeedDetail, user: Any) -> bool:
    """Whether the user speaks for the organisation that asks."""
    return user.is_authenticated and can(user, "exchange.withdraw_need", detail.need)


def _held_card(held: Held, detail: NeedDetail, user: Any) -> HeldCard:
    row = held.commitment
    asks = held.waiting is not None and owns(detail, user)
    side = Side.PROVIDER if user.holds(Role.PARTNER_HANDLER) else Side.RECEIVER
    unrated = row.state == CommitmentState.FINISHED and rated_by(held, side) is None
    rate = unrated and can(user, "exchange.rate_commitment", row)
    end = (
        detail.need.state == NeedState.OPEN
        and not detail.living
        and row.state == CommitmentState.FINISHED
        and can(user, "exchange.confirm_commitment", row)
    )
    return HeldCard(
        held,
        [*_answers(held, user), *_staff_confirms(held, detail, user), *_changes(held, user)],
        asks,
        Button("去评价", _commitment(held, "rate"), "btn-soft") if rate else None,
        Button("到此为止，不用再找了", _commitment(held, "end"), "btn-line") if end else None,
    )


def _answers(held: Held, user: Any) -> list[Button]:
    """Accept or decline a booking."""
    styles = {"accept": "btn-primary", "decline": "btn-danger-line"}
    offered = [m for m in COMMITMENT.offered(held.commitment, user) if m.name in styles]
    return [Button(m.label, _commitment(held, m.name), styles[m.name]) for m in offered]


def _changes(held: Held, user: Any) -> list[Button]:
    """Take a promise back, or a part of it."""
    row = held.commitment
    offered = {m.name for m in COMMITMENT.offered(row, user)}
    if "withdraw" not in offered or held.waiting is not None or row.state != CommitmentState.ACTIVE:
        return []
    shrink = [Button("减少数量", _commitment(held, "shrink"), "btn-ghost")] if row.quantity > 1 else []
    return [*shrink, Button("撤回认领", _commitment(held, "withdraw"), "btn-ghost")]


def _staff_confirms(held: Held, detail: NeedDetail, user: Any) -> list[Button]:
    """A receiver who only telephones: staff say it for him, and the record says so."""
    waiting = held.waiting
    if waiting is None or owns(detail, user) or not user.holds(*COMMITTEE):
        return []
    return [
        Button("代企业确认", reverse("exchange.delivery_confirm", args=[waiting.delivery.pk]), "btn-line")
    ]


def confirm_buttons(delivery_id: int) -> list[Button]:
    """The three answers to "is it solved?"."""
    href = reverse("exchange.delivery_confirm", args=[delivery_id])

    def ask(verdict: Verdict) -> str:
        return f"{href}?{urlencode({'verdict': verdict.value})}"

    return [
        Button("已解决", href, "btn-primary", ic="check", post=True, name="verdict", value=Verdict.SOLVED),
        Button("部分解决", ask(Verdict.PARTLY), "btn-line"),
        Button("还没有", ask(Verdict.NOT_YET), "btn-line"),
    ]


def _working(detail: NeedDetail, user: Any) -> list[Button]:
    """What the user's own unit, or one he speaks for, does next on its promise; else the claim."""
    if not user.is_authenticated:
        return []
    units = user.scope_ids(Scope.UNIT, Role.PARTNER_HANDLER)
    own = [h for h in detail.living if h.commitment.unit_id in units or _spoken_for(h.commitment, user)]
    working = [h for h in own if h.commitment.state == CommitmentState.ACTIVE and h.waiting is None]
    if working:
        return [
            Button("报办结", _commitment(working[0], "deliver"), "btn-primary"),
            Button("写办理进展", _commitment(working[0], "progress"), "btn-line"),
        ]
    if own or not units:
        return []
    return _claim(detail, user, "认领这项需求", "btn-primary")


def _spoken_for(row: Commitment, user: Any) -> bool:
    """A unit of the city or the province has no account: the office reports what it does."""
    return row.unit.is_outside and user.holds(*COMMITTEE)


def _claim(detail: NeedDetail, user: Any, text: str, cls: str) -> list[Button]:
    need = detail.need
    room = detail.is_open or can(user, "exchange.over_commit", need)
    may = need.state in CLAIMABLE and room and can(user, "exchange.claim_need", need)
    return [Button(text, reverse("exchange.claim", args=[need.pk]), cls)] if may else []


def _moves(detail: NeedDetail, user: Any) -> list[Button]:
    if not user.is_authenticated:
        return []
    need = detail.need
    edit = reverse("exchange.need_edit", args=[need.pk])
    made: dict[str, Button | None] = {
        "submit": Button("补充后再提交" if need.number else "继续填写", edit, "btn-primary", page=True),
        "accept": _accept(need),
        "return": Button("退回补充", _need(need, "return"), "btn-danger-line"),
        "reopen": _again(detail, user),
        "close": Button("结束办理", _need(need, "close"), "btn-ghost"),
        "withdraw": Button(
            "撤回预约" if need.source == Source.OFFER else "撤回需求", _need(need, "withdraw"), "btn-ghost"
        ),
    }
    if any(held.waiting for held in detail.held):  # first the answer to what was reported
        del made["close"], made["withdraw"]
    offered = [made[m.name] for m in NEED.offered(need, user) if m.name in made]
    return [button for button in offered if button is not None]


def _accept(need: Need) -> Button:
    """One press, unless there is something that must be checked first."""
    asked = need.state == NeedState.SUBMITTED and must_check(need.county, CheckStep.ACCEPT, need.category)
    return Button("受理并开放", _need(need, "accept"), "btn-primary", post=not asked)


def _again(detail: NeedDetail, user: Any) -> Button | None:
    """重新办理; what the organisation may contest is offered beside the answer itself."""
    need, last = detail.need, detail.closure
    if last is None or last.outcome not in CONTESTABLE or user.holds(*COMMITTEE):
        return Button("重新办理", _need(need, "reopen"), "btn-line")
    return None


def contest_button(detail: NeedDetail, user: Any) -> Button | None:
    """提出异议, for who may still do so."""
    need, last = detail.need, detail.closure
    if need.state != NeedState.CLOSED or last is None or last.outcome not in CONTESTABLE:
        return None
    may = can(user, "exchange.contest_need", need) and not any(r.contests for r in detail.reopenings)
    return Button("提出异议", _need(need, "contest"), "btn-line") if may else None


def _others(detail: NeedDetail, user: Any) -> list[Button]:
    """A claim on behalf of a unit, mending what is not yet published, asking the same again."""
    if not user.is_authenticated:
        return []
    need = detail.need
    found: list[Button] = []
    if user.holds(*COMMITTEE):
        found += _claim(detail, user, "替单位认领", "btn-line")
    found += _passing(detail, user)
    if need.state == NeedState.SUBMITTED and can(user, "exchange.change_need", need):
        edit = reverse("exchange.need_edit", args=[need.pk])
        found.append(Button("修改内容", edit, "btn-ghost", page=True))
    if need.state == NeedState.CLOSED and owns(detail, user):
        again = f"{reverse('exchange.post')}?{urlencode({'text': need.detail or need.title})}"
        found.append(Button("照这项再提一次", again, "btn-line", ic="copy", page=True))
    return found


def stays_inside(need: Need) -> bool:
    """Whether it is open for the committee alone, so that no unit can be asked."""
    return need.state in CLAIMABLE and need.visibility == Visibility.STAFF and need.source != Source.OFFER


def _passing(detail: NeedDetail, user: Any) -> list[Button]:
    """转给更合适的单位 for a unit, 商请认领 for the committee."""
    need = detail.need
    if need.state not in CLAIMABLE or stays_inside(need):
        return []
    found = []
    if user.holds(Role.PARTNER_HANDLER) and can(user, "exchange.refer_need", need):
        found.append(Button("转给更合适的单位", _need(need, "refer")))
    if detail.is_open and can(user, "exchange.propose_unit", need):
        found.append(Button("商请认领", _need(need, "propose")))
    return found


def _linking(need: Need, user: Any) -> list[Button]:
    """Two needs of one, two needs known to each other, the meeting; seldom done, so never among the main acts."""
    if not user.is_authenticated or need.state == NeedState.DRAFT:
        return []
    found = []
    if need.state in SPLITTABLE and need.source != Source.OFFER and can(user, "exchange.split_need", need):
        found.append(Button("分出一条", _need(need, "split"), "btn-ghost"))
    if (
        need.state == NeedState.OPEN
        and can(user, "exchange.put_on_agenda", need)
        and not waits_for_meeting(need)
    ):
        found.append(Button("列入季度会议题", _need(need, "put_on_agenda"), "btn-ghost"))
    if can(user, "exchange.relate_need", need):
        found.append(Button("关联另一项", _need(need, "relate"), "btn-ghost"))
    return found


def link_buttons(linked: Linked, need: Any, user: Any) -> list[Button]:
    """取消关联, for a see-also and who may relate."""
    if not linked.removable or not user.is_authenticated or not can(user, "exchange.relate_need", need):
        return []
    return [Button("取消关联", reverse("exchange.link_remove", args=[linked.pk]), "btn-ghost btn-sm")]


def _need(need: Any, name: str) -> str:
    return reverse(f"exchange.{name}", args=[need.pk])


def _commitment(held: Held, name: str) -> str:
    return reverse(f"exchange.commitment_{name}", args=[held.commitment.pk])
