"""The story of a need in sentences: what happened, from its history, and what comes next, with dates.

People who are neither side of it read what happened and which units took part, not names and not words of the parties.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shuanglian.core.models import Entry
from shuanglian.core.render import date_text, datetime_text, qty
from shuanglian.exchange.choices import (
    DeadlineKind,
    MatchState,
    NeedState,
    Outcome,
    Satisfaction,
    Side,
    Verdict,
    ending_words,
)
from shuanglian.exchange.models import Feedback
from shuanglian.exchange.queries.detail import Held, Limit, NeedDetail

AFTER_CLAIM = 3  # working days to the first contact, as the rule of the hall says it


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline; ``kind``: '' past, 'now', 'todo'."""

    at: str
    text: str
    by: str = ""
    note: str = ""
    kind: str = ""


def story(detail: NeedDetail, *, inside: bool) -> list[Event]:
    """All events, oldest first; the newest past one is marked as now. ``inside``: with names and words."""
    held = {h.commitment.pk: h for h in detail.held}
    past = [event for entry in detail.entries if (event := _past(entry, detail, held, inside=inside))]
    if past:
        past[-1] = Event(past[-1].at, past[-1].text, past[-1].by, past[-1].note, "now")
    return [*past, *_coming(detail)]


Say = Callable[[Entry, NeedDetail, dict[int, Held]], str]


def _unit(entry: Entry, held: dict[int, Held]) -> str:
    one = held.get(entry.object_id)
    return one.commitment.unit.name if one else ""


def _amount(h: Held) -> str:
    quantity = h.commitment.quantity
    return "" if quantity == 1 else f" {qty(quantity)} {h.measure}"


def _claim(entry: Entry, detail: NeedDetail, held: dict[int, Held]) -> str:
    one = held[entry.object_id]
    planned = _change(entry, "due")  # as it was promised then, whatever was added later
    until = f"，计划 {date_text(dt.date.fromisoformat(planned))}前办结" if planned else ""
    return f"{one.commitment.unit.name}认领{_amount(one)}{until}"


def _delivery(entry: Entry, detail: NeedDetail, held: dict[int, Held]) -> str:
    for one in held.values():
        for done in one.done:
            if done.delivery.pk == entry.object_id:
                amount = (
                    "" if one.commitment.quantity == 1 else f" {qty(done.delivery.quantity)} {one.measure}"
                )
                return f"{one.commitment.unit.name}报办结{amount}"
    return "更正了办理数量"


def _word(entry: Entry, detail: NeedDetail, held: dict[int, Held]) -> str:
    verdict = _change(entry, "verdict")
    silent = _change(entry, "confirmer") == "silence"
    said = str(Verdict(verdict).label) if verdict in Verdict.values else ""
    return "企业逾期没有确认，记为“逾期未确认”" if silent else f"企业确认：{said}"


def _rating(entry: Entry, detail: NeedDetail, held: dict[int, Held]) -> str:
    who = "企业" if _change(entry, "side") == Side.RECEIVER else "认领单位"
    return f"{who}评价：{Satisfaction(_change(entry, 'satisfaction')).label}"


def _closed(entry: Entry, detail: NeedDetail, held: dict[int, Held]) -> str:
    """How it ended; an end set by the committee while a unit held a promise is called what it is."""
    words = ending_words(_change(entry, "outcome"), _change(entry, "ending"))
    began, ended = _closing_of(entry, detail.entries)
    cut = "、".join(dict.fromkeys(_unit(e, held) for e in ended))
    by_staff = began is not None and began.verb == "close"
    if cut and by_staff and _change(entry, "outcome") != Outcome.WITHDRAWN:
        return f"提前结束（{cut}还在办）：{words}"
    return words if words.startswith("已办结") else f"办结：{words}"


def cut_short_by(closing: Entry, entries: list[Entry]) -> list[Entry]:
    """The ends of promises that a closing brought about: written between the need's own move and the closing."""
    return _closing_of(closing, entries)[1]


def _closing_of(closing: Entry, entries: list[Entry]) -> tuple[Entry | None, list[Entry]]:
    """The need's own move that a closing belongs to, and the ends of promises between the two."""
    before = [e for e in entries if e.pk < closing.pk]
    found: list[Entry] = []
    for entry in reversed(before):
        if (entry.kind.model, entry.verb) != ("commitment", "withdraw"):
            break
        found.append(entry)
    began = before[-len(found) - 1] if len(before) > len(found) else None
    if began is None or (began.kind.model, began.verb) not in (("need", "close"), ("need", "withdraw")):
        return None, []
    return began, found[::-1]


def _withdrawal(entry: Entry, detail: NeedDetail, held: dict[int, Held]) -> str:
    """A unit takes its promise back, or the promise ended with the need."""
    closings = [e for e in detail.entries if (e.kind.model, e.verb) == ("closure", "close")]
    ended = any(entry in cut_short_by(closing, detail.entries) for closing in closings)
    return f"{_unit(entry, held)}{'的认领随之结束' if ended else '撤回认领'}"


def _reopening(entry: Entry, detail: NeedDetail, held: dict[int, Held]) -> str:
    contests = any(r.contests and r.reason == entry.note.strip() for r in detail.reopenings)
    return "提出单位有异议，重新办理，再次公布" if contests else "重新办理，再次公布"


def _referral(entry: Entry, detail: NeedDetail, held: dict[int, Held]) -> str:
    row = next(r for r in detail.passing.referrals if r.pk == entry.object_id)
    if entry.verb == "refer":
        return f"{row.from_unit or '工委'}转给{row.to_unit}"
    return f"{row.to_unit}{row.get_answer_display()}转办"


def _proposal(entry: Entry, detail: NeedDetail, held: dict[int, Held]) -> str:
    row = next(m for m in detail.passing.proposals if m.pk == entry.object_id)
    if entry.verb == "propose":
        return f"工委商请{row.unit}认领"
    if entry.verb == "take_letter":
        return f"工委下载了给{row.unit}的商请函"
    return f"{row.unit}{'接受' if row.state == MatchState.ACCEPTED else '谢绝'}商请"


def _said(text: str) -> Say:
    return lambda entry, detail, held: text


def _by_unit(text: str) -> Say:
    return lambda entry, detail, held: f"{_unit(entry, held)}{text}"


SENTENCES: dict[tuple[str, str], Say] = {
    ("need", "submit"): lambda e, d, h: f"{d.need.organization}提出需求",
    ("need", "accept"): _said("审核通过，公布到需求大厅"),
    ("need", "return"): _said("退回补充"),
    ("need", "withdraw"): _said("提出单位撤回需求"),
    ("need", "reopen"): _reopening,
    ("need", "split"): _said("分出一项，另立一项需求"),
    ("need", "check"): _said("办之前核对过"),
    ("commitment", "claim"): _claim,
    ("commitment", "book"): lambda e, d, h: f"{d.need.organization}预约{_unit(e, h)}的资源",
    ("commitment", "accept"): _by_unit("接受预约"),
    ("commitment", "decline"): _by_unit("谢绝预约"),
    ("commitment", "withdraw"): _withdrawal,
    ("commitment", "shrink"): _by_unit("减少认领数量"),
    ("delivery", "deliver"): _delivery,
    ("delivery", "correct"): _said("更正了办理数量"),
    ("confirmation", "confirm"): _word,
    ("feedback", "rate"): _rating,
    ("closure", "close"): _closed,
    ("referral", "refer"): _referral,
    ("referral", "answer_referral"): _referral,
    ("match", "propose"): _proposal,
    ("match", "answer_proposal"): _proposal,
    ("match", "take_letter"): _proposal,
    ("agendaitem", "put_on_agenda"): _said("列入季度会议题"),
    ("agendaitem", "discuss"): _said("季度会议议过"),
    ("extension", "extend"): lambda e, d, h: f"延期 {_change(e, 'days')} 个工作日",
    ("clockstop", "stop_clock"): _said("暂停计时"),
    ("clockstop", "resume_clock"): _said("恢复计时"),
}
OWN_WORDS = {("need", "check")}  # of the one who acted; for those inside alone
ASIDE = {"referral", "match", "extension", "clockstop", "agendaitem"}  # for those inside alone
WORDS_OF_PARTIES = {
    "check",
    "put_on_agenda",
    "discuss",
    "return",
    "withdraw",
    "reopen",
    "decline",
    "shrink",
    "confirm",
    "correct",
    "close",
    "accept",
    "refer",
    "answer_referral",
    "propose",
    "answer_proposal",
    "extend",
    "stop_clock",
}


def _past(entry: Entry, detail: NeedDetail, held: dict[int, Held], *, inside: bool) -> Event | None:
    say = SENTENCES.get((entry.kind.model, entry.verb))
    what = (entry.kind.model, entry.verb)
    if say is None or ((entry.kind.model in ASIDE or what in OWN_WORDS) and not inside):
        return None
    at = datetime_text(entry.when)
    if not inside:
        return Event(at, say(entry, detail, held))
    who = f"{entry.actor.name}（代{entry.behalf}）" if entry.behalf else entry.actor.name
    note = entry.note if entry.verb in WORDS_OF_PARTIES else ""
    return Event(at, say(entry, detail, held), who, note)


def _change(entry: Entry, name: str) -> Any:
    """The value a field had after the entry."""
    before_after = entry.changes.get(name)
    return before_after[1] if before_after else ""


def _coming(detail: NeedDetail) -> list[Event]:
    """What still has to happen, in order, as far as it can be said today."""
    need = detail.need
    if need.state in (NeedState.CLOSED, NeedState.DRAFT):
        return []
    coming = [
        Event(f"{date_text(limit.deadline.due)}前", _limit(limit), kind="todo") for limit in detail.limits
    ]
    kinds = {limit.deadline.kind for limit in detail.limits}
    if DeadlineKind.CLAIM in kinds and not detail.living:
        coming.append(Event(f"认领后 {AFTER_CLAIM} 个工作日内", "首次对接", kind="todo"))
    if DeadlineKind.RESOLVE not in kinds and need.state != NeedState.DONE:
        at = f"{date_text(need.expected_by)}前" if need.expected_by else "对接以后"
        coming.append(Event(at, "办结，请企业确认和评价", kind="todo"))
    return coming


def _limit(limit: Limit) -> str:
    unit = limit.deadline.commitment.unit.name if limit.deadline.commitment else ""
    days = limit.deadline.rule.days
    return {
        DeadlineKind.ACCEPT: f"{unit or '工委'}{'答复' if unit else '审核'}（{days} 个工作日内）",
        DeadlineKind.CLAIM: f"等单位认领（公布后 {days} 个工作日内）",
        DeadlineKind.FIRST_CONTACT: f"{unit}首次对接",
        DeadlineKind.RESOLVE: f"{unit}办结，请企业确认",
        DeadlineKind.CONFIRM: f"请企业确认（{days} 个工作日内没有回话，记为“逾期未确认”）",
    }[DeadlineKind(limit.deadline.kind)]


def rated_by(held: Held, side: str) -> Feedback | None:
    """What one side said of a promise."""
    return next((f for f in held.feedback if f.side == side), None)


OFFER_SENTENCES = {
    "submit": "提交审核",
    "publish": "审核通过，开放预约",
    "return": "退回补充",
    "withdraw": "下架",
    "restore": "重新提交上架",
    "pause": "暂停预约",
    "resume": "恢复预约",
    "renew": "续期",
    "change": "修改了内容",
}


def offer_story(entries: list[Entry]) -> list[Event]:
    """What happened to an offer, oldest first."""
    past = [
        Event(datetime_text(e.when), OFFER_SENTENCES[e.verb], e.actor.name, e.note)
        for e in entries
        if e.verb in OFFER_SENTENCES
    ]
    return [*past[:-1], *(Event(e.at, e.text, e.by, e.note, "now") for e in past[-1:])]
