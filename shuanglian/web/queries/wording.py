"""What comes next for a need, said to a person: "等单位认领，最晚 10月20日有结果"."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from shuanglian.core.clock import today
from shuanglian.core.render import date_text
from shuanglian.exchange.choices import LIVE, NeedState, ending_words
from shuanglian.exchange.models import Closure, Commitment, Need


def with_words(needs: QuerySet[Need]) -> QuerySet[Need]:
    """Needs with what the words are made of: ``unit`` that promised last and ``outcome`` and ``ending`` of the last closing."""
    promises = Commitment.objects.filter(need=OuterRef("pk"), state__in=LIVE).order_by("-pk")
    closures = Closure.objects.filter(need=OuterRef("pk")).order_by("-pk")
    return needs.annotate(
        unit_name=Subquery(promises.values("unit__name")[:1]),
        outcome=Subquery(closures.values("outcome")[:1]),
        ending=Subquery(closures.values("ending")[:1]),
    )


def what_next(need: Any, *, until: bool = True) -> str:
    """The next step in plain words, with the day (``until``); the need comes from ``with_words`` and ``with_due``."""
    due = need.due if until else None
    unit = need.unit_name or "单位"
    words = {
        NeedState.DRAFT: "草稿，还没有提交",
        NeedState.SUBMITTED: f"等工作人员审核{_until(due, '有结果')}",
        NeedState.RETURNED: "请补充后再提交",
        NeedState.BOOKED: f"等{unit}答复",
        NeedState.OPEN: f"等单位认领{_until(due, '有结果')}",
        NeedState.CLAIMED: f"{unit}已认领{_until(due, '对接')}",
        NeedState.IN_PROGRESS: f"{unit}正在办{_until(due, '办好')}",
        NeedState.DONE: f"{unit}已报办结，等提出单位确认",
        NeedState.CLOSED: _ended(need.outcome, need.ending),
    }
    return words[NeedState(need.state)]


def _ended(outcome: str | None, ending: str | None) -> str:
    words = ending_words(outcome or "", ending or "")
    if not words:
        return "已办结"
    return words if words.startswith("已办结") else f"已办结：{words}"


def _until(due: Any, what: str) -> str:
    if due is None:
        return ""
    late = (today() - due).days
    return f"，已超期 {late} 天" if late > 0 else f"，最晚{date_text(due)}{what}"
