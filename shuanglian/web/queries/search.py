"""The search box: organisations, branches, units, needs and offers by name, number, code or pinyin initials.

Every group starts from what the user may see; a group he may see nothing of is not there.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model, Q, QuerySet
from django.urls import NoReverseMatch, reverse

from shuanglian.core.access import can
from shuanglian.core.dictionary import names
from shuanglian.directory.queries import branches_visible_to, organizations_visible_to, units_visible_to
from shuanglian.exchange.choices import NeedState, OfferState
from shuanglian.exchange.queries import needs_visible_to, offers_visible_to

LONGEST = 60  # characters; a longer question is cut
SHOWN = 8  # hits of a group
WORDS = 5  # a question of more words is narrowed by the first five


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found."""

    title: str
    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one kind; ``more`` leads to the whole list when there are more than are shown."""

    title: str
    hits: list[Hit]
    more: str


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of thing is searched. ``exact`` fields match from their beginning, ``parts`` anywhere."""

    title: str
    rows: Callable[[Any], QuerySet[Any]]
    parts: tuple[str, ...]
    exact: tuple[str, ...]
    show: Callable[[Any], Hit]
    page: str
    permission: str


def cleaned(text: str) -> str:
    """A question as it is searched: full-width letters made plain, no control characters, at most 60 characters."""
    plain = unicodedata.normalize("NFKC", text[: 4 * LONGEST])
    printable = "".join(" " if unicodedata.category(c)[0] == "C" else c for c in plain)
    return " ".join(printable.split())[:LONGEST].strip()


def search(user: Any, question: str) -> list[Group]:
    """What a user may see of what fits every word of a cleaned question: one query for each kind."""
    words = question.split()[:WORDS]
    if not words:
        return []
    found = (_group(kind, user, words, question) for kind in KINDS if _open_to(kind, user))
    return [group for group in found if group.hits]


def _open_to(kind: Kind, user: Any) -> bool:
    return not kind.permission or can(user, kind.permission)


def _group(kind: Kind, user: Any, words: list[str], question: str) -> Group:
    rows = list(kind.rows(user).filter(_matches(kind, words))[: SHOWN + 1])
    more = f"{_address(kind.page)}?{urlencode({'q': question})}" if len(rows) > SHOWN else ""
    return Group(kind.title, [kind.show(row) for row in rows[:SHOWN]], more)


def _matches(kind: Kind, words: list[str]) -> Q:
    found = Q()
    for word in words:
        one = Q()
        for field in kind.parts:
            one |= Q(**{f"{field}__icontains": word})
        for field in kind.exact:
            one |= Q(**{f"{field}__istartswith": word})
        found &= one
    return found


def _address(page: str, *args: object) -> str:
    try:
        return reverse(page, args=args)
    except NoReverseMatch:
        return ""


def _detail(page: str, row: Model) -> str:
    return _address(page, row.pk)


def _facts(*parts: str) -> str:
    return "　".join(part for part in parts if part)


def _organization(row: Any) -> Hit:
    return Hit(row.name, _detail("organizations.detail", row), _facts(row.division.name, row.uscc))


def _branch(row: Any) -> Hit:
    return Hit(row.name, _detail("branches.detail", row), _facts(row.get_kind_display(), row.secretary_name))


def _unit(row: Any) -> Hit:
    return Hit(row.name, _detail("units.detail", row), _facts(row.get_kind_display(), row.duty[:40]))


def _need(row: Any) -> Hit:
    asker = row.organization.short_name or row.organization.name
    category = names("need_category").get(row.category, "")
    return Hit(
        str(row), _detail("exchange.need", row), _facts(row.get_state_display(), asker, category, row.number)
    )


def _offer(row: Any) -> Hit:
    category = names("need_category").get(row.category, "")
    return Hit(str(row), _detail("exchange.offer", row), _facts(row.unit.name, category, row.number))


KINDS = (
    Kind(
        "企业和社会组织",
        organizations_visible_to,
        ("name", "short_name"),
        ("uscc", "initials"),
        _organization,
        "organizations.list",
        "directory.view_organization",
    ),
    Kind(
        "党组织",
        branches_visible_to,
        ("name", "secretary_name"),
        ("code", "initials"),
        _branch,
        "branches.list",
        "directory.view_partybranch",
    ),
    Kind(
        "联盟单位",
        units_visible_to,
        ("name", "short_name"),
        ("initials",),
        _unit,
        "units.list",
        "directory.view_partnerunit",
    ),
    Kind(
        "需求",
        lambda user: needs_visible_to(user).exclude(state=NeedState.DRAFT).select_related("organization"),
        ("title", "organization__name", "organization__short_name"),
        ("number", "organization__initials"),
        _need,
        "exchange.needs",
        "",
    ),
    Kind(
        "共享资源",
        lambda user: offers_visible_to(user).exclude(state=OfferState.DRAFT).select_related("unit"),
        ("title", "unit__name", "unit__short_name"),
        ("number", "unit__initials"),
        _offer,
        "exchange.offers",
        "",
    ),
)
