"""Who is told of what happens in the directory."""

from collections.abc import Iterable

from django.urls import reverse

from shuanglian.accounts.choices import COMMITTEE, Role, Scope
from shuanglian.accounts.models import User
from shuanglian.accounts.queries import people_in_scope
from shuanglian.core.events import on
from shuanglian.core.notify import kind, tell
from shuanglian.directory import events
from shuanglian.directory.models import PartyBranch
from shuanglian.directory.queries import hosts_of

TERM = kind("branch_term", "党组织快到换届时间、已经届满", to=(*COMMITTEE, Role.BRANCH_SECRETARY))
WANTED = kind("instructor_wanted", "请您给企业分派党建指导员", to=(Role.SECADMIN,))


@on(events.TermEnding)
def tell_of_term(event: events.TermEnding) -> None:
    """Staff and the branch's own secretaries."""
    branch, day = event.branch, f"{event.end.year}年{event.end.month}月{event.end.day}日"
    text = (
        f"{branch.name}本届{day}已届满，还没有换届"
        if event.is_over
        else f"{branch.name}本届{day}届满，请准备换届"
    )
    people = [*_office(branch.county), *_secretaries(branch)]
    tell(people, TERM, text, reverse("branches.detail", args=[branch.pk]))


@on(events.InstructorWanted)
def tell_security_administrator(event: events.InstructorWanted) -> None:
    row = event.organization
    people = people_in_scope(Scope.COUNTY, None, (Role.SECADMIN,), county=row.county)
    text = f"{row.name}（{row.division}）没有党建指导员，请您分派" + (f"：{event.note}" if event.note else "")
    tell(people, WANTED, text, reverse("posts.new"))


def _office(county: str) -> Iterable[User]:
    return people_in_scope(Scope.COUNTY, None, COMMITTEE, county=county)


def _secretaries(branch: PartyBranch) -> list[User]:
    found = (
        people_in_scope(Scope.ORGANIZATION, row.pk, (Role.BRANCH_SECRETARY,)) for row in hosts_of(branch)
    )
    return [person for people in found for person in people]
