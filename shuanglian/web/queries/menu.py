"""The menu: which entries exist, who sees them, and the few counts that matter."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from shuanglian.accounts.choices import COMMITTEE, ENTERPRISE_SIDE, Role
from shuanglian.accounts.models import User
from shuanglian.core.access import can
from shuanglian.exchange.choices import NeedState
from shuanglian.exchange.queries.counting import MOST_OF_CHOICE, counted
from shuanglian.exchange.queries.hall import hall_needs
from shuanglian.web.queries.time_limits import late
from shuanglian.web.queries.units import promises_at_work

CHAINS = "双链供需"


def works_for_enterprise(user: Any) -> bool:
    """Whether the first role acted under is one of an enterprise: its people get the simple pages."""
    return bool(user.is_authenticated and user.acting and user.acting[0].role in ENTERPRISE_SIDE)


def _anonymous(user: Any) -> bool:
    return not user.is_authenticated


def _in_office(user: Any) -> bool:
    return user.is_authenticated and not works_for_enterprise(user)


def _reads(user: Any) -> bool:
    return _in_office(user) and can(user, "exchange.view_need")


def _handles(user: Any) -> bool:
    return _in_office(user) and user.holds(Role.PARTNER_HANDLER)


def _reads_only(user: Any) -> bool:
    return _reads(user) and not _handles(user)


def _watches(user: Any) -> bool:
    return _in_office(user) and user.holds(*COMMITTEE, Role.LEADER, Role.LIAISON, Role.PARTNER_HANDLER)


def sees_gaps(user: Any) -> bool:
    """Who looks after organisations beyond his own: the committee, leaders, liaisons, townships, instructors."""
    posts = (*COMMITTEE, Role.LEADER, Role.LIAISON, Role.TOWNSHIP, Role.INSTRUCTOR)
    return _in_office(user) and user.holds(*posts)


def sees_burden(user: Any) -> bool:
    """Who answers for what others are asked: the committee, leaders and liaisons, the auditor."""
    return _in_office(user) and user.holds(*COMMITTEE, Role.LEADER, Role.LIAISON, Role.AUDITOR)


def _proposes(user: Any) -> bool:
    return _in_office(user) and can(user, "exchange.propose_unit")


def _reviews_suggestions(user: Any) -> bool:
    """Who looks at what became of suggestions without the console, which leads there as well."""
    return _in_office(user) and can(user, "matching.review_suggestions") and not _proposes(user)


def _hands_over(user: Any) -> bool:
    return _in_office(user) and can(user, "exchange.hand_over")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu. ``page`` is the name of an address, ``count`` the key of a figure in ``COUNTS``."""

    key: str
    text: str
    icon: str
    page: str
    allowed: Callable[[Any], bool]
    group: str = ""
    count: str = ""
    hot: bool = False


MENU = (
    Entry("home", "首页", "home", "web.home", _anonymous),
    Entry("needs", "项目需求", "list-search", "exchange.needs", _anonymous),
    Entry("offers", "共享开放", "packages", "exchange.offers", _anonymous),
    Entry("rules", "办理规则", "file-text", "web.rules", _anonymous),
    # enterprises: a tab bar of at most five
    Entry("home", "首页", "home", "web.home", works_for_enterprise),
    Entry("mine", "我的需求", "clipboard-list", "exchange.mine", works_for_enterprise),
    Entry("offers", "找资源", "packages", "exchange.offers", works_for_enterprise),
    Entry("needs", "需求大厅", "list-search", "exchange.needs", works_for_enterprise),
    Entry("help", "帮助", "help", "web.help", works_for_enterprise),
    # everybody else: the side menu; the registers follow by themselves
    Entry("home", "工作台", "layout-dashboard", "web.home", _in_office),
    Entry("needs", "需求大厅", "list-search", "exchange.needs", _reads_only, CHAINS, count="open"),
    Entry("needs", "需求大厅", "list-search", "exchange.needs", _handles, CHAINS),
    Entry("console", "撮合台", "arrows-join", "matching.console", _proposes, CHAINS),
    Entry("mine", "我单位的对接", "clipboard-check", "exchange.mine", _handles, CHAINS, count="at_work"),
    Entry("offers", "共享清单", "packages", "exchange.offers", _reads, CHAINS),
    Entry("lists", "印发的清单", "file-text", "exchange.lists", _reads, CHAINS),
    Entry("late", "超期未办", "bell-exclamation", "web.late", _watches, CHAINS, count="late", hot=True),
    Entry("gaps", "查漏补缺", "map-pin", "web.gaps", sees_gaps, CHAINS),
    Entry("burden", "填报负担", "adjustments-horizontal", "web.burden", sees_burden, CHAINS),
    Entry("fared", "推荐用上了多少", "bulb", "matching.fared", _reviews_suggestions, CHAINS),
    Entry("handover", "工作交接", "switch-horizontal", "web.handover", _hands_over, CHAINS),
)

COUNTS: dict[str, Callable[[User], QuerySet[Any]]] = {
    "open": lambda user: hall_needs(user).filter(state=NeedState.OPEN),  # as many as the hall lists
    "at_work": promises_at_work,
    "late": late,
}


def counts_for(user: Any, keys: Iterable[str]) -> dict[str, int]:
    """How many there are of each, one query each; nobody counts further than the menu says."""
    return {key: counted(COUNTS[key](user), MOST_OF_CHOICE) for key in sorted(keys)}
