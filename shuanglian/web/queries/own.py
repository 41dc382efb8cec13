"""本企业: what the platform holds of the organisations somebody speaks for, and whether it is time to check it."""

from dataclasses import dataclass

from django.urls import reverse

from shuanglian.accounts.models import User
from shuanglian.core.clock import today
from shuanglian.core.render import date_text, mask_mobile
from shuanglian.directory.choices import GONE
from shuanglian.directory.models import Organization
from shuanglian.directory.queries import months_after, organizations_of, rule


@dataclass(frozen=True, slots=True)
class Own:
    """One organisation: where its page and account are, what to look at, one press when nothing has changed."""

    name: str
    href: str
    account: str
    known: str
    checked: str
    is_due: bool
    check: str
    correct: str


def own_organizations(user: User) -> list[Own]:
    """The organisations in business the user speaks for, by name. One query."""
    return [_own(row) for row in organizations_of(user).exclude(registration__in=GONE)]


def _own(row: Organization) -> Own:
    href = reverse("organizations.detail", args=(row.pk,))
    since = months_after(today(), -rule("check_months"))
    people = row.get_headcount_band_display()
    contact = " ".join(filter(None, (row.contact_name, mask_mobile(row.contact_phone))))
    return Own(
        name=row.name,
        href=href,
        account=reverse("web.account", args=(row.pk,)),
        known="　".join(
            filter(
                None,
                (row.address, f"从业人员{people}" if people else "", f"联系人 {contact}" if contact else ""),
            )
        ),
        checked=f"{row.checked_on.year}年{date_text(row.checked_on)}核对过"
        if row.checked_on
        else "还没有核对过",
        is_due=row.checked_on is None or row.checked_on < since,
        check=reverse("organizations.move", args=(row.pk, "check")),
        correct=f"{href}?open=correct#do-correct",
    )
