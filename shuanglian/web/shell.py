"""What the layouts show around a page. Lazy: a page that shows no menu asks the database nothing."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

ADDRESSES = {
    "home": "web.home",
    "search": "web.search",
    "help": "web.help",
    "accessibility": "web.accessibility",
    "privacy": "web.privacy",
    "login": "account_login",
    "logout": "account_logout",
}


def address(name: str) -> str:
    """The address of a page, or nothing when this installation has no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


class Shell:
    """The context of the layouts; every attribute is worked out when a template first asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    office: str = settings.SHUANGLIAN_OFFICE
    demo: bool = settings.SHUANGLIAN_DEMO
    unread = 0
    menu: list[Any] = [{"title": "", "items": []}]
    roles: list[Any] = []

    @cached_property
    def urls(self) -> dict[str, str]:
        return {key: found for key, name in ADDRESSES.items() if (found := address(name))}

    @cached_property
    def user_name(self) -> str:
        return getattr(self._request.user, "name", "")

    @cached_property
    def role_name(self) -> str:
        user = self._request.user
        return "、".join(p.get_role_display() for p in user.acting) if user.is_authenticated else ""


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context processor named in settings."""
    return {"shell": Shell(request)}
