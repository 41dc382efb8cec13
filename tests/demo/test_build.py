"""One full build, looked at from all sides. Nothing here changes it."""

import datetime as dt
from collections import Counter
from decimal import Decimal

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Count, F

from demo.build import OPENING, build_county
from demo.days import Days
from shuanglian.accounts.choices import Role
from shuanglian.accounts.models import RoleAssignment, User
from shuanglian.accounts.queries import demonstration_accounts
from shuanglian.core.audit import history
from shuanglian.core.calendar import around
from shuanglian.core.clock import SHANGHAI, today
from shuanglian.core.models import Entry, Notice
from shuanglian.core.notify import unread
from shuanglian.core.sealing import verify_chain
from shuanglian.directory.choices import NON_PUBLIC_ENTERPRISES, BranchKind, OrganizationKind, Registration
from shuanglian.directory.models import BranchHost, Mandate, Organization, PartnerUnit, PartyBranch
from shuanglian.directory.queries import duplicates_visible_to, overdue, renewal_due, unchecked, uncovered
from shuanglian.exchange import actions
from shuanglian.exchange.choices import (
    CommitmentState,
    Confirmer,
    DeadlineKind,
    Ending,
    MatchState,
    Mode,
    NeedState,
    OfferState,
    Outcome,
    Satisfaction,
    Source,
    Verdict,
)
from shuanglian.exchange.models import (
    Closure,
    Commitment,
    Confirmation,
    Deadline,
    Delivery,
    Feedback,
    ListIssue,
    Match,
    Message,
    Need,
    Offer,
    OfferItem,
    Referral,
    Reopening,
)
from shuanglian.exchange.queries import need_lines, needs_visible_to, remaining

pytestmark = pytest.mark.usefixtures("county")


def values(rows, field):
    return set(rows.objects.values_list(field, flat=True))


# ---- the directory ----


def test_the_figures_of_the_article():
    enterprises = Organization.objects.filter(
        kind__in=NON_PUBLIC_ENTERPRISES, registration=Registration.ACTIVE
    )
    assert enterprises.count() == 1311
    assert enterprises.filter(is_forging=True).count() == 323
    assert enterprises.filter(is_scaled=True).count() == 53
    assert PartyBranch.objects.count() == 323
    assert PartyBranch.objects.filter(secretary_background="enterprise_head").count() == 281
    assert PartyBranch.objects.filter(secretary_background="technical_backbone").count() == 42
    assert RoleAssignment.objects.filter(role=Role.INSTRUCTOR).values("user").distinct().count() == 29


def test_hosts_fit_the_kind_of_branch():
    hosts = PartyBranch.objects.annotate(hosted=Count("host_rows")).values_list("kind", "hosted").distinct()
    assert set(hosts) == {
        (BranchKind.INDEPENDENT, 1),
        (BranchKind.JOINT, 2),
        (BranchKind.JOINT, 3),
        (BranchKind.JOINT, 4),
    }
    assert not BranchHost.objects.exclude(starts=F("branch__founded_on")).exists()


def test_counts_of_members_agree_between_branches_and_organisations():
    in_branches = sum(b.full_members + b.probationary_members for b in PartyBranch.objects.all())
    assert in_branches == sum(Organization.objects.values_list("member_count", flat=True))


def test_the_actors_of_the_article_are_there():
    assert Organization.objects.get(short_name="昊坤集团").name == "山西昊坤法兰集团有限公司"
    assert Organization.objects.filter(name__in=("冠力集团", "恒跃集团")).count() == 2
    assert PartyBranch.objects.filter(name="恒跃集团党支部", superior="非公经济组织党委").count() == 1
    assert PartnerUnit.objects.get(name="山西机械高级技工学校").kind == "school"


def test_there_is_something_to_put_right_in_the_directory():
    staff, day = User.objects.get(username="demo-staff"), today()
    doubles = {
        (a.first.name, a.second.name, a.reasons)
        for a in duplicates_visible_to(staff)
        if OrganizationKind.OTHER in (a.first.kind, a.second.kind)
    }
    assert doubles == {
        (
            "定襄县恒跃集团有限责任公司",
            "恒跃集团",
            ("去掉地名和公司形式，名称相同", "联系电话相同"),
        ),
        (
            "昊坤法兰",
            "山西昊坤法兰集团有限公司",
            ("信用代码只差最后一位", "去掉地名和公司形式，名称相同", "联系电话相同"),
        ),
    }
    for condition in (overdue, renewal_due):
        assert PartyBranch.objects.filter(condition(day)).exists()
    for condition in (uncovered, unchecked):
        assert Organization.objects.filter(condition(day)).exists()
    assert (
        PartnerUnit.objects.filter(uscc__in=Organization.objects.values("uscc")).exclude(uscc="").count() == 2
    )


def test_every_name_can_be_found_by_its_initials():
    assert Organization.objects.get(name="冠力集团").initials == "gljt"
    assert not Organization.objects.filter(initials="").exists()
    assert not PartyBranch.objects.filter(pinyin="").exists()


def test_units_have_mandates_capacity_and_people():
    members = PartnerUnit.objects.filter(level="county")
    assert (members.count(), PartnerUnit.objects.count()) == (64, 67)
    assert not members.filter(mandates=None).exists()
    assert not members.filter(monthly_capacity=None).exists()
    assert list(Mandate.objects.filter(unit__name="县科技局").values_list("category", "is_main")) == [
        ("KJ", True)
    ]
    handled = RoleAssignment.objects.filter(role=Role.PARTNER_HANDLER).values_list("scope_id", flat=True)
    assert set(members.exclude(pk__in=handled).values_list("name", flat=True)) == {"县委两新工委"}


# ---- the people ----


def test_the_doors_of_the_sign_in_page():
    roles = {u.username: {post.role for post in u.assignments.all()} for u in demonstration_accounts()}
    assert roles == {
        "demo-staff": {"staff"},
        "demo-approver": {"approver"},
        "demo-guanli": {"enterprise_clerk"},
        "demo-haokun-owner": {"owner", "branch_secretary"},
        "demo-hengyue-secretary": {"branch_secretary"},
        "demo-kejiju": {"partner_handler"},
        "demo-rsj": {"partner_handler"},
        "demo-liaison": {"liaison"},
        "demo-leader": {"leader"},
        "demo-instructor": {"instructor"},
        "demo-township": {"township"},
        "demo-sysadmin": {"sysadmin"},
        "demo-secadmin": {"secadmin"},
        "demo-auditor": {"auditor"},
    }


def test_nobody_has_a_password_or_a_number_that_could_ring():
    assert [u.username for u in User.objects.all() if u.has_usable_password()] == []
    assert {m[:7] for m in values(User, "mobile") if m} == {"1540921"}
    assert {p[:7] for p in values(Organization, "contact_phone")} == {"1540921"}


def test_the_other_instructors_are_listed_and_shut_out():
    shut = User.objects.filter(is_active=False, username__startswith="instructor-")
    assert shut.count() == 28
    assert history(shut[0])[0].note == "只登记派驻，不登录系统"


def test_people_have_read_what_they_were_told_but_for_the_last_days():
    staff = User.objects.get(username="demo-staff")
    told = Notice.objects.filter(user=staff).count()
    assert 0 < unread(staff) < told / 4


# ---- what happened ----


def test_every_state_of_needs_offers_and_promises_can_be_seen():
    assert values(Need, "state") == set(NeedState.values)
    assert values(Offer, "state") == set(OfferState.values)
    assert values(Offer, "availability") == {"open", "paused"}
    assert values(Commitment, "state") == set(CommitmentState.values)
    assert values(Commitment, "mode") == set(Mode.values)
    assert values(Match, "state") == set(MatchState.values) - {MatchState.LAPSED}
    assert values(Referral, "answer") == {"", "accepted"}


def test_every_outcome_and_every_word_can_be_seen():
    assert values(Closure, "outcome") == set(Outcome.values)
    assert values(Closure, "ending") == set(Ending.values)
    assert values(Confirmation, "verdict") == set(Verdict.values)
    assert values(Confirmation, "confirmer") == set(Confirmer.values)
    assert values(Feedback, "satisfaction") == set(Satisfaction.values)
    assert values(Message, "kind") == {"message", "progress", "internal"}
    assert values(Need, "source") == set(Source.values) - {Source.POLICY}
    assert Delivery.objects.exclude(corrects=None).count() == 1
    assert Reopening.objects.count() == 2
    assert ListIssue.objects.count() == 4


def test_bookings_went_every_way():
    booked = Commitment.objects.filter(mode=Mode.BOOKED)
    assert Counter(booked.values_list("state", "need__state")) == BOOKED


BOOKED = {
    ("requested", "booked"): 6,
    ("active", "claimed"): 5,
    ("active", "in_progress"): 4,
    ("active", "done"): 1,
    ("finished", "closed"): 12,
    ("withdrawn", "returned"): 3,
    ("withdrawn", "closed"): 2,
    ("withdrawn", "open"): 1,
}


def test_some_things_are_late():
    late = Deadline.objects.filter(met_on=None, dropped_on=None, due__lt=today())
    assert set(late.values_list("kind", flat=True)) == set(DeadlineKind.values)
    unclaimed = late.filter(kind=DeadlineKind.CLAIM, need__state=NeedState.OPEN)
    assert unclaimed.count() >= 10


def test_several_units_serve_one_need():
    units = Need.objects.annotate(units=Count("commitments__unit", distinct=True)).filter(units__gt=1)
    assert units.filter(state=NeedState.CLOSED).count() >= 4
    assert units.exclude(state=NeedState.CLOSED).count() >= 4


def test_what_was_asked_is_either_promised_or_open():
    lines = [line for found in need_lines(values(Need, "pk")).values() for line in found]
    assert [n.item.pk for n in lines if n.open + n.promised != n.requested] == []
    assert [n.item.pk for n in lines if not Decimal(0) <= n.delivered <= n.promised <= n.requested] == []


def test_no_offer_is_promised_twice():
    items = list(OfferItem.objects.select_related("offer"))
    left = remaining(items, today())
    assert min(left.values()) == 0
    assert [item.offer.title for item in items if left[item.pk] == 0] == [
        "大型活动志愿者支援",
        "院士专家工作站对接申报",
    ]


def test_what_is_kept_to_the_committee_is_not_seen_by_others():
    (need,) = Need.objects.filter(visibility="staff").exclude(source=Source.OFFER)
    clerk = User.objects.get(username="demo-guanli")
    assert not needs_visible_to(clerk).filter(pk=need.pk).exists()


# ---- history ----


def test_the_chain_of_history_holds():
    assert list(verify_chain()) == []


@pytest.mark.parametrize(
    ("rows", "first"),
    [
        (Organization, {"import", "create"}),
        (PartyBranch, {"import"}),
        (PartnerUnit, {"create"}),
        (Need, {"create"}),
        (Offer, {"create"}),
        (Commitment, {"claim", "book"}),
        (User, {"create"}),
        (RoleAssignment, {"assign"}),
    ],
)
def test_every_row_has_a_beginning_in_history(rows, first):
    kind = ContentType.objects.get_for_model(rows)
    begun = Entry.objects.filter(kind=kind).order_by("object_id", "pk").distinct("object_id")
    verbs = dict(begun.values_list("object_id", "verb"))
    assert set(verbs) == values(rows, "pk")
    assert set(verbs.values()) == first


def test_imported_rows_say_who_and_what():
    entry = history(PartyBranch.objects.get(name="晋昌镇企业第一联合党支部")).get()
    assert entry.actor.assignments.get().role == Role.SYSTEM
    assert entry.note.startswith("演示数据载入，覆盖单位：")
    assert entry.changes["secretary_background"][0] is None


def test_everything_happened_in_office_hours_before_today():
    days = Days(today(), around(today()).is_workday)
    moments = [when.astimezone(SHANGHAI) for when in Entry.objects.values_list("when", flat=True)]
    assert {m.date() for m in moments} <= {days.day(n) for n in range(OPENING, 0)}
    assert all(dt.time(8, 30) <= m.time() <= dt.time(17, 50, 59) for m in moments)
    assert min(moments).date() == days.day(OPENING)


# ---- and now ----


def test_a_second_loading_changes_nothing():
    before = Entry.objects.count()
    assert build_county() is False
    assert Entry.objects.count() == before
    assert connection.features.uses_savepoints is True


def test_the_story_of_a_quarter_can_be_played_on(county):
    """Handbook 5.9, with the people of the demonstration."""
    people = {u.username: u for u in demonstration_accounts()}
    clerk, staff, handler = people["demo-guanli"], people["demo-staff"], people["demo-kejiju"]
    unit = PartnerUnit.objects.get(name="县科技局")
    with transaction.atomic():
        need = actions.post_need(
            Organization.objects.get(name="冠力集团"),
            by=clerk,
            category="KJ",
            detail="模具寿命短，想找热处理专家",
        )
        need = actions.accept_need(need, by=staff)
        assert need in needs_visible_to(handler)
        commitment = actions.claim(need, by=handler, unit=unit)
        actions.note_progress(commitment, by=handler, body="专家到厂看了模具和热处理记录。")
        delivery = actions.record_delivery(commitment, by=handler)
        actions.confirm_delivery(delivery, by=clerk, verdict=Verdict.SOLVED)
        need.refresh_from_db()
        assert (need.title, need.state) == ("模具寿命短，想找热处理专家", NeedState.CLOSED)
        assert need.closures.get().outcome == Outcome.FULFILLED
        transaction.set_rollback(True)
