import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from shuanglian.accounts.choices import Role
from shuanglian.accounts.models import RoleAssignment
from shuanglian.core.audit import history
from shuanglian.core.events import _receivers, on
from shuanglian.directory import actions, events, queries
from shuanglian.directory.choices import Registration
from shuanglian.directory.models import BranchHost, NotSame, Organization
from tests.factories.directory import OrganizationFactory, PartyBranchFactory
from tests.factories.exchange import NeedFactory
from tests.people import give
from tests.together import create_together


@pytest.fixture
def twin(town):
    """冠力集团, entered a second time without its code."""
    return OrganizationFactory(
        name="定襄县冠力集团有限公司", uscc="", contact_phone="13800000009", division=town
    )


def test_everything_moves_and_the_other_row_only_points(staff, guanli, twin, clerk):
    need = NeedFactory(organization=twin)
    branch = PartyBranchFactory(hosts=[twin])
    give(staff, Role.INSTRUCTOR, twin.pk)
    kept = actions.merge_organizations(guanli, twin, by=staff, take=("contact_name",))
    for row in (need, twin):
        row.refresh_from_db()
    assert (kept.name, kept.uscc, kept.contact_phone) == ("冠力集团", guanli.uscc, "13800000009")
    assert (twin.registration, twin.merged_into) == (Registration.MERGED, guanli)
    assert need.organization == guanli
    assert queries.hosts_of(branch) == [guanli]
    assert RoleAssignment.objects.get(user=staff, role=Role.INSTRUCTOR).scope_id == guanli.pk
    assert [p.rows(twin.pk).count() for p in queries.pointers()] == [0] * len(queries.pointers())
    assert list(queries.organizations_visible_to(staff)) == [guanli]


def test_history_says_on_both_what_became_of_them(staff, guanli, twin):
    need = NeedFactory(organization=twin)
    actions.merge_organizations(guanli, twin, by=staff)
    lost, gained = history(twin).get(), history(guanli).get()
    assert (lost.verb, lost.note) == ("merge", f"并入“冠力集团”（{guanli.uscc}，编号 {guanli.pk}）")
    assert lost.changes == {"registration": ["active", "merged"], "merged_into_id": [None, guanli.pk]}
    assert (gained.verb, gained.note) == (
        "take_in",
        f"并入了“定襄县冠力集团有限公司”（没有信用代码，编号 {twin.pk}），原登记状态在业；移来：需求 1 条",
    )
    moved = history(need).get()
    assert (moved.verb, moved.changes) == ("follow_merge", {"organization_id": [twin.pk, guanli.pk]})


def test_the_code_may_come_from_the_row_that_goes(staff, guanli, twin):
    code = guanli.uscc
    kept = actions.merge_organizations(twin, guanli, by=staff, take=("uscc", "name"))
    guanli.refresh_from_db()
    assert (kept.name, kept.uscc, guanli.uscc) == ("冠力集团", code, code)


def test_what_only_one_may_have_is_settled(staff, guanli, twin, haokun, clerk):
    branch = PartyBranchFactory(hosts=[guanli])
    BranchHost.objects.filter(branch=branch).update(starts=dt.date(2024, 1, 1))
    BranchHost.objects.create(
        county=guanli.county, branch=branch, organization=twin, starts=dt.date(2022, 5, 1)
    )
    give(clerk, Role.ENTERPRISE_CLERK, twin.pk, starts=dt.date(2022, 1, 1))
    actions.tell_apart(haokun, twin, by=staff)
    actions.tell_apart(guanli, twin, by=staff)
    actions.merge_organizations(guanli, twin, by=staff)
    assert [(h.organization, h.starts) for h in branch.host_rows.all()] == [(guanli, dt.date(2022, 5, 1))]
    posts = RoleAssignment.objects.filter(user=clerk).order_by("pk")
    assert [(p.scope_id, p.ended_at is None) for p in posts] == [(guanli.pk, True), (guanli.pk, False)]
    assert [(row.first, row.second) for row in NotSame.objects.all()] == [(guanli, haokun)]


def test_earlier_merges_follow(staff, guanli, twin):
    oldest = OrganizationFactory(name="冠力厂", uscc="")
    actions.merge_organizations(twin, oldest, by=staff)
    actions.merge_organizations(guanli, twin, by=staff)
    oldest.refresh_from_db()
    assert oldest.merged_into == guanli


def test_what_is_merged_already_or_the_same_is_refused(staff, guanli, twin, haokun):
    with pytest.raises(ValidationError, match="这是同一条，不用合并。"):
        actions.merge_organizations(guanli, guanli, by=staff)
    actions.merge_organizations(guanli, twin, by=staff)
    for pair in ((guanli, twin), (twin, haokun)):
        with pytest.raises(ValidationError, match="“定襄县冠力集团有限公司”已经合并过了。"):
            actions.merge_organizations(*pair, by=staff)


def test_a_fact_that_does_not_hold_undoes_all(staff, guanli, twin):
    Organization.objects.filter(pk=twin.pk).update(contact_phone="12")
    with pytest.raises(ValidationError):
        actions.merge_organizations(guanli, twin, by=staff, take=("contact_name",))
    twin.refresh_from_db()
    assert (twin.merged_into, history(guanli).count()) == (None, 0)


def test_an_app_above_may_refuse(staff, guanli, twin):
    @on(events.OrganizationsMerging)
    def refuse(event):
        raise ValidationError(f"{event.merged}还有事")

    try:
        with pytest.raises(ValidationError, match="定襄县冠力集团有限公司还有事"):
            actions.merge_organizations(guanli, twin, by=staff)
    finally:
        _receivers[events.OrganizationsMerging].remove(refuse)


@pytest.mark.parametrize("who", ["township_clerk", "clerk", "handler", "secadmin"])
def test_merging_is_the_committees(who, request, guanli, twin):
    user = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        actions.merge_organizations(guanli, twin, by=user)
    with pytest.raises(PermissionDenied):
        actions.tell_apart(guanli, twin, by=user)


def test_telling_apart_is_remembered_once(staff, guanli, twin):
    first = actions.tell_apart(guanli, twin, by=staff)
    assert actions.tell_apart(twin, guanli, by=staff) == first
    assert [e.verb for e in history(twin)] == ["tell_apart"]
    with pytest.raises(ValidationError, match="这是同一条。"):
        actions.tell_apart(guanli, guanli, by=staff)


def test_the_database_keeps_merged_and_pointer_together(guanli):
    with pytest.raises(IntegrityError), transaction.atomic():
        Organization.objects.filter(pk=guanli.pk).update(registration=Registration.MERGED)


@pytest.mark.parametrize("given", [{"name": "冠力老厂"}, {"name": "别名", "uscc": "91140921MA0X000230"}])
def test_an_old_list_does_not_bring_it_back(staff, guanli, town, given):
    old = OrganizationFactory(name="冠力老厂", uscc="91140921MA0X000230", division=town)
    actions.merge_organizations(guanli, old, by=staff)
    with pytest.raises(ValidationError, match="“冠力老厂”已经并入“冠力集团”，请在那里改"):
        actions.create_organization(by=staff, kind="private_enterprise", division=town, **given)
    facts = [{"kind": "private_enterprise", "division": town, **given}]
    (answer,) = create_together(actions.weigh_organizations, Organization, facts, by=staff)
    assert answer.messages == ["“冠力老厂”已经并入“冠力集团”，请在那里改"]
