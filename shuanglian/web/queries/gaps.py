"""What is missing in the county's organisations and branches, each with the act that closes it (查漏补缺).

A gap is a condition of the directory, or one that needs the exchange to answer (who was not in touch for months). Lists
go by township and name: they say what is to be done, and compare nobody with anybody.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest, TruncDate
from django.urls import reverse

from shuanglian.accounts.choices import Role, Scope
from shuanglian.accounts.models import RoleAssignment, User
from shuanglian.core.access import can
from shuanglian.core.clock import SHANGHAI, today
from shuanglian.core.render import date_text
from shuanglian.directory.models import Organization
from shuanglian.directory.queries import (
    branches_visible_to,
    crowded,
    duplicates_visible_to,
    in_business,
    months_after,
    organizations_visible_to,
    overdue,
    renewal_due,
    rule,
    unchecked,
    uncovered,
    without_branch,
    without_instructor,
    without_secretary,
)
from shuanglian.exchange.models import Commitment, Delivery, Message, Need
from shuanglian.exchange.queries.counting import MOST, InAll, figure
from shuanglian.web.queries.section import Act, Contents, Filled, Row, Section, days_to

SHOWN = 4  # rows of each gap on the page
PAGE = 50  # rows of a page of those nobody was in touch with
Condition = Callable[[dt.date], Q]


@dataclass(frozen=True, slots=True)
class Gap:
    """One kind of gap: its section, why it matters, and where its whole list is."""

    section: Section
    why: str
    address: str  # a register with its condition, or empty for a list of its own
    order: str = "乡镇和名称"  # what the rows are sorted by, in words

    @property
    def href(self) -> str:
        """The whole list: the register with the condition where there is one, with filters, cards and Excel."""
        return self.address or reverse("web.gap", args=(self.section.key,))


@dataclass(frozen=True, slots=True)
class Found:
    """A gap with its first rows for one person."""

    gap: Gap
    filled: Filled

    @property
    def figure(self) -> str:
        """How many there are, as the page of this gap says it: a list is counted further than a section."""
        return figure(self.filled.total, MOST)

    @property
    def last(self) -> int:
        """The last page of those that are leafed through; beyond, people choose a township."""
        return max(1, -(-min(self.filled.total, MOST) // PAGE))


def _register(slug: str, condition: str) -> str:
    return f"/{slug}/?is={condition}"


def _organizations(
    condition: Condition, permission: str, words: str, act: str
) -> Callable[[User, int], Contents]:
    """Rows of organisations; who has the permission gets the button that opens the act on its page."""

    def fill(user: User, most: int) -> Contents:
        rows = organizations_visible_to(user).filter(condition(today()))
        return _listed(rows, most, lambda row: _organization_row(row, words, act, can(user, permission, row)))

    return fill


def _organization_row(row: Organization, words: str, act: str, may: bool) -> Row:
    href = reverse("organizations.detail", args=(row.pk,))
    text = "　".join(filter(None, (str(row.division), row.get_headcount_band_display())))
    return Row(row.name, href, text, act=Act(words, f"{href}?open={act}#do-{act}") if may else None)


def _listed(rows: QuerySet[Organization], most: int, show: Callable[[Any], Row]) -> Contents:
    """By township and name, with the total beside the rows: one query."""
    ordered = rows.order_by("division__code", "pinyin", "pk").annotate(in_all=InAll(rows))
    found: list[Any] = list(ordered[:most])
    return [show(row) for row in found], found[0].in_all if found else 0


def _branches(condition: Condition, words: str, act: str) -> Callable[[User, int], Contents]:
    def fill(user: User, most: int) -> Contents:
        rows: QuerySet[Any] = branches_visible_to(user).filter(condition(today()))
        found: list[Any] = list(rows.order_by("renew_by", "pinyin", "pk").annotate(in_all=InAll(rows))[:most])
        may = can(user, "directory.change_partybranch")
        return [_branch_row(row, words, act, may) for row in found], found[0].in_all if found else 0

    return fill


def _branch_row(row: Any, words: str, act: str, may: bool) -> Row:
    href = reverse("branches.detail", args=(row.pk,))
    text = f"{row.get_kind_display()}　书记 {row.secretary_name or '没有登记'}"
    button = Act(words, f"{href}?open={act}#do-{act}" if act else f"{href}edit/") if may else None
    return Row(row.name, href, text, left=days_to(row.renew_by), act=button)


def _unchecked(user: User, most: int) -> Contents:
    """Whoever keeps or stands for one says with one press that its facts hold."""
    rows = organizations_visible_to(user).filter(unchecked(today()))

    def show(row: Organization) -> Row:
        href = reverse("organizations.detail", args=(row.pk,))
        text = f"{row.division}　上次核对：{date_text(row.checked_on) if row.checked_on else '没有'}"
        may = can(user, "directory.check_organization", row)
        press = Act("核对无误", reverse("organizations.move", args=(row.pk, "check")), posts=True)
        return Row(row.name, href, text, act=press if may else None)

    return _listed(rows, most, show)


def silent(user: User) -> QuerySet[Organization]:
    """Organisations in business nobody was in touch with for so many months, as far as the records know.

    In touch is: it asked for something, something was said about or done for a need of its, a unit made contact, an
    instructor was posted there, its facts were checked.
    """
    since = months_after(today(), -rule("contact_months"))
    midnight = dt.datetime.combine(since, dt.time(), SHANGHAI)
    its = {"need__organization": OuterRef("pk")}
    return in_business(organizations_visible_to(user)).filter(
        ~Exists(Need.objects.filter(organization=OuterRef("pk"), submitted_at__gte=midnight)),
        ~Exists(Message.objects.filter(created__gte=midnight, **its)),
        ~Exists(Commitment.objects.filter(contacted_on__gte=since, **its)),
        ~Exists(
            Delivery.objects.filter(commitment__need__organization=OuterRef("pk"), happened_on__gte=since)
        ),
        ~Exists(_posted().filter(starts__gte=since)),
        Q(checked_on=None) | Q(checked_on__lt=since),
    )


def _posted() -> QuerySet[RoleAssignment]:
    return RoleAssignment.objects.filter(
        scope=Scope.ORGANIZATION, scope_id=OuterRef("pk"), role=Role.INSTRUCTOR, starts__lte=today()
    )


def _silent(user: User, most: int, town: int | None = None, start: int = 0) -> Contents:
    """Those of one township, or of all the user sees, from the ``start``-th on."""
    rows = silent(user) if town is None else silent(user).filter(division_id=town)
    shown = rows.annotate(last=_last_contact())

    def show(row: Any) -> Row:
        href = reverse("organizations.detail", args=(row.pk,))
        last = f"最近一次 {row.last.year}年{date_text(row.last)}" if row.last else "还没有联系记录"
        text = f"{row.division}　{last}"
        return Row(row.name, href, text, act=Act("打印走访单", reverse("web.account_print", args=(row.pk,))))

    ordered = shown.order_by("division__code", "pinyin", "pk").annotate(in_all=InAll(rows))
    found: list[Any] = list(ordered[start : start + most])
    return [show(row) for row in found], found[0].in_all if found else 0


def _last_contact() -> Greatest:
    """The latest day of what ``silent`` looks at; NULL where there was never anything (PostgreSQL ignores NULLs)."""
    asked = Need.objects.filter(organization=OuterRef("pk")).order_by().values("organization")
    done = (
        Commitment.objects.filter(need__organization=OuterRef("pk")).order_by().values("need__organization")
    )
    posted = _posted().order_by().values("scope_id")
    return Greatest(
        Subquery(asked.annotate(last=Max(TruncDate("submitted_at", tzinfo=SHANGHAI))).values("last")),
        Subquery(done.annotate(last=Max(Greatest("contacted_on", "reported_on"))).values("last")),
        Subquery(posted.annotate(last=Max("starts")).values("last")),
        F("checked_on"),
    )


def _doubles(user: User, most: int) -> Contents:
    found = duplicates_visible_to(user)
    rows = [
        Row(
            f"{pair.first.name}、{pair.second.name}",
            reverse("directory.merge", args=(pair.first.pk, pair.second.pk)),
            "；".join(pair.reasons),
            act=Act("对照合并", reverse("directory.merge", args=(pair.first.pk, pair.second.pk))),
        )
        for pair in found[:most]
    ]
    return rows, len(found)


_STAFF = "directory.join_branch"
GAPS: tuple[Gap, ...] = (
    Gap(
        Section(
            "overdue",
            "已届满没换届的党组织",
            _branches(overdue, "登记换届", "renew"),
            ("没有过期的", "任期都在期内，或者经批准延期。"),
        ),
        "任期照字典里的规则：党委 5 年，党总支和党支部 3 年。",
        _register("branches", "overdue"),
        "到期日",
    ),
    Gap(
        Section(
            "renewal",
            "快到换届时间的党组织",
            _branches(renewal_due, "登记换届", "renew"),
            ("半年内没有届满的", "届满前 6 个月会提醒您和书记。"),
        ),
        "届满前 6 个月提醒，到期前换完就不再列出。",
        _register("branches", "renewal"),
        "到期日",
    ),
    Gap(
        Section(
            "headless",
            "没有书记的党组织",
            _branches(without_secretary, "登记书记", "name_secretary"),
            ("都有书记", "书记空缺时会列在这里。"),
        ),
        "登记了书记就不再列出。",
        _register("branches", "headless"),
        "到期日",
    ),
    Gap(
        Section(
            "crowded",
            "覆盖超过规定家数的联合支部",
            _branches(crowded, "调整覆盖单位", ""),
            ("没有", "联合支部一般不超过 5 家。"),
        ),
        "可以分出一个支部，或改由另一个联合支部覆盖。",
        _register("branches", "crowded"),
        "到期日",
    ),
    Gap(
        Section(
            "uncovered",
            "没有党组织也没有指导员的企业",
            _organizations(uncovered, _STAFF, "划入党组织", "join"),
            ("没有空白", "在业的企业都有党组织或指导员。"),
        ),
        "划入联合支部、单独成立支部或派指导员，三样有一样就不再列出。",
        _register("organizations", "uncovered"),
    ),
    Gap(
        Section(
            "no_branch",
            "没有党组织覆盖的企业",
            _organizations(without_branch, _STAFF, "划入党组织", "join"),
            ("都有党组织", "在业的企业都有党组织覆盖。"),
        ),
        "包括已有指导员、还没有党组织的。",
        _register("organizations", "no_branch"),
    ),
    Gap(
        Section(
            "no_instructor",
            "没有指导员的企业",
            _organizations(without_instructor, "directory.ask_instructor", "请派指导员", "ask_instructor"),
            ("都有指导员", "在业的企业都派了指导员。"),
        ),
        "指导员由安全管理员分派，点一下就请他派。",
        _register("organizations", "no_instructor"),
    ),
    Gap(
        Section("silent", "很久没联系的企业", _silent, ("都联系过", "期限内都有来往。")),
        "没有提需求、没有办理和留言、没有新派指导员、没有核对信息，都算没联系。走访或通话后点“核对无误”，"
        "或代录一项需求，就不再列出。",
        "",
    ),
    Gap(
        Section("unchecked", "一年没核对信息的企业", _unchecked, ("都核对过", "一年内都核对过。")),
        "没有变化，一点“核对无误”就行；企业自己也能点。",
        _register("organizations", "unchecked"),
    ),
    Gap(
        Section("doubles", "可能重复录入的企业", _doubles, ("没有可疑的", "代码、名称、电话都对过了。")),
        "同一家合并，不是同一家的点一下，以后不再列出。",
        "/organizations/duplicates/",
    ),
)


def gaps_of(user: User) -> list[Found]:
    """Every gap that has something in it for this person."""
    found = [Found(gap, Filled(gap.section, *gap.section.fill(user, SHOWN))) for gap in GAPS]
    return [one for one in found if one.filled.rows]


def gap_of(user: User, key: str, most: int) -> Found | None:
    """One gap with its rows; None for an unknown one."""
    gap = next((gap for gap in GAPS if gap.section.key == key), None)
    return None if gap is None else Found(gap, Filled(gap.section, *gap.section.fill(user, most)))


def silent_in(user: User, town: int | None, page: int) -> Found:
    """A page of those nobody was in touch with, of one township or of all; the first one for a page there is not."""
    gap = next(gap for gap in GAPS if gap.section.key == "silent")
    start = (page - 1) * PAGE
    contents = _silent(user, PAGE, town, start)
    return Found(
        gap, Filled(gap.section, *(contents if contents[0] or not start else _silent(user, PAGE, town)))
    )
