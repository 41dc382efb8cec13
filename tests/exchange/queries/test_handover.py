import pytest

from shuanglian.accounts.choices import Role
from shuanglian.exchange import actions
from shuanglian.exchange.queries import holdings_of
from shuanglian.exchange.queries.handover import people_holding, successors
from tests.people import give, person

pytestmark = pytest.mark.django_db


def names(people):
    return [one.name for one in people]


def test_everybody_who_holds_something_is_listed_with_how_much(
    promise, handler, clerk, guanli, staff, stranger
):
    actions.save_draft(by=clerk, organization=guanli, detail="写了一半")
    found = {p.name: (p.promises, p.drafts, p.named) for p in people_holding(staff)}

    assert found == {"赵立新": (1, 0, 0), "周建国": (0, 1, 1)}


def test_who_cannot_sign_in_any_more_comes_first(promise, handler, clerk, staff):
    handler.is_active = False
    handler.save()

    assert names(people_holding(staff)) == ["赵立新", "周建国"]


def test_only_who_has_access_can_take_over(promise, handler, other_handler, staff, kejiju, clerk):
    colleague = person("kejiju2", "孙悦", Role.PARTNER_HANDLER, kejiju.pk)
    gone = person("kejiju3", "李静", Role.PARTNER_HANDLER, kejiju.pk, is_active=False)

    assert list(successors(handler, holdings_of(handler))) == [colleague]
    assert gone not in successors(handler, holdings_of(handler))


def test_needs_go_to_who_speaks_for_all_their_organizations_or_to_the_office(
    submitted, guanli, haokun, clerk, other_clerk, staff, liaison, instructor, handler, auditor
):
    held = holdings_of(clerk)
    assert set(names(successors(clerk, held))) == {"王晓岚", "武建军", "刘素芳"}

    give(clerk, Role.ENTERPRISE_CLERK, haokun.pk)
    clerk.forget_roles()
    actions.post_need(haokun, by=clerk, detail="要招 5 名车工", category="RC")
    assert set(names(successors(clerk, holdings_of(clerk)))) == {"王晓岚", "武建军"}
    give(instructor, Role.INSTRUCTOR, haokun.pk)
    assert set(names(successors(clerk, holdings_of(clerk)))) == {"王晓岚", "武建军", "刘素芳"}
