"""What the layouts show around a page: menu, names, roles, addresses.

Lazy: nothing is asked before a template needs it, so a page without a menu costs no query. With a menu it is at most
four for somebody with one role: the name of the place he works for, two counts, and the unread notices.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from shuanglian.accounts.choices import Scope
from shuanglian.accounts.models import RoleAssignment, User
from shuanglian.core import dictionary
from shuanglian.core.notify import unread
from shuanglian.core.register.site import MenuGroup, MenuItem, site
from shuanglian.directory.models import Division, Organization, PartnerUnit
from shuanglian.exchange.queries.counting import figure
from shuanglian.web.queries.menu import MENU, Entry, counts_for, works_for_enterprise

ADDRESSES = {
    "home": "web.home",
    "search": "web.search",
    "help": "web.help",
    "accessibility": "web.accessibility",
    "privacy": "web.privacy",
    "rules": "web.rules",
    "feedback": "web.suggest",
    "login": "account_login",
    "logout": "account_logout",
    "password": "account_change_password",
    "second_factor": "mfa_index",
    "switch_role": "switch_role",
    "messages": "web.notices",
}


def address(name: str) -> str:
    """The address of a page by its name, or nothing when there is no such page in this installation."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """One line of the switch between roles; an empty value means all of them at once."""

    value: str
    text: str
    current: bool


class Shell:
    """The context of the layouts; every attribute is worked out when a template first asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.demo: bool = settings.SHUANGLIAN_DEMO

    @cached_property
    def office(self) -> str:
        """The office that runs the platform, as the dictionary names it today."""
        return dictionary.office()

    @cached_property
    def user(self) -> User | AnonymousUser:
        """Who looks at the page; nobody when the request failed before that was known."""
        return getattr(self._request, "user", AnonymousUser())

    @cached_property
    def layout(self) -> str:
        """The layout this person's pages have."""
        if not self.user.is_authenticated:
            return "layouts/public.html"
        return "layouts/owner.html" if works_for_enterprise(self.user) else "layouts/app.html"

    @cached_property
    def urls(self) -> dict[str, str]:
        """Key → address of the pages that exist here."""
        found = {key: address(name) for key, name in ADDRESSES.items()}
        return {key: value for key, value in found.items() if value}

    @cached_property
    def menu(self) -> list[MenuGroup]:
        """Groups of entries; for enterprises the first group is the tab bar, for others the registers follow."""
        entries = [entry for entry in MENU if entry.allowed(self.user) and address(entry.page)]
        counts = counts_for(self.user, {entry.count for entry in entries if entry.count})
        groups: dict[str, list[MenuItem]] = {}
        for entry in entries:
            groups.setdefault(entry.group, []).append(_item(entry, counts))
        made = [MenuGroup(title, tuple(items)) for title, items in groups.items()]
        in_office = self.layout == "layouts/app.html"
        return made + (site.menu(self.user) if in_office else [])

    @cached_property
    def unread(self) -> int:
        """Notices not opened yet; nobody counts them where no page shows them."""
        return unread(self.user) if self.user.is_authenticated and "messages" in self.urls else 0

    @cached_property
    def user_name(self) -> str:
        return self.user.name if self.user.is_authenticated else ""

    @cached_property
    def role_name(self) -> str:
        """The roles acted under now, by the place they are held for: 冠力集团　出资人、党支部书记."""
        if not self.user.is_authenticated:
            return ""
        at: dict[str, list[str]] = {}
        for post in self.user.acting:
            at.setdefault(self._place(post), []).append(_post_name(post))
        groups = ("　".join(filter(None, (place, "、".join(posts)))) for place, posts in at.items())
        return "；".join(groups) or "还没有分配身份"

    @cached_property
    def roles(self) -> list[RoleChoice]:
        """The switch: every role held today, and all of them at once."""
        if not self.user.is_authenticated or len(self.user.held) < 2:
            return []
        narrowed = len(self.user.acting) == 1
        current = self.user.acting[0].pk if narrowed else None
        each = [RoleChoice(str(p.pk), self._title(p), p.pk == current) for p in self.user.held]
        return [*each, RoleChoice("", "全部身份", not narrowed)]

    def _title(self, post: RoleAssignment) -> str:
        return "　".join(filter(None, (self._place(post), _post_name(post))))

    def _place(self, post: RoleAssignment) -> str:
        return self._places.get((post.scope, post.scope_id), "")

    @cached_property
    def _places(self) -> dict[tuple[str, int | None], str]:
        posts = self.user.held if self.user.is_authenticated else ()
        return places_of(posts)


def places_of(posts: tuple[RoleAssignment, ...]) -> dict[tuple[str, int | None], str]:
    """(scope, id) → the name of the organisation, unit or township; one query per kind of place that occurs."""
    found: dict[tuple[str, int | None], str] = {}
    for scope, model in _PLACES.items():
        ids = [p.scope_id for p in posts if p.scope == scope]
        if ids:
            found.update(
                ((scope, row.pk), getattr(row, "short_name", "") or row.name)
                for row in model._default_manager.filter(pk__in=ids)
            )
    return found


_PLACES: dict[str, Any] = {
    Scope.ORGANIZATION: Organization,
    Scope.UNIT: PartnerUnit,
    Scope.TOWNSHIP: Division,
}


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context processor named in settings."""
    return {"shell": Shell(request)}


def _post_name(post: RoleAssignment) -> str:
    return post.title or post.get_role_display()


def _item(entry: Entry, counts: dict[str, int]) -> MenuItem:
    count = counts.get(entry.count, 0)
    shown = figure(count) if count else ""
    return MenuItem(entry.key, address(entry.page), entry.icon, entry.text, shown, entry.hot)
