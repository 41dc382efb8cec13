import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shuanglian.exchange import actions
from shuanglian.exchange.choices import NeedState, Source, Visibility
from shuanglian.exchange.models import Deadline, DeadlineRule, Need
from shuanglian.exchange.queries import counting
from shuanglian.exchange.queries.hall import (
    PAGE,
    Hall,
    Option,
    Wish,
    hall,
    rows_of,
    similar_needs,
    summary_of,
)
from shuanglian.exchange.queries.pressing import with_due
from tests.factories.exchange import CommitmentFactory, NeedFactory
from tests.people import COUNTY

pytestmark = pytest.mark.django_db


def titles(user, **asked):
    return [row.title for row in hall(user, Wish(**asked)).rows]


def due_on(need, day, kind="claim"):
    rule = DeadlineRule.objects.get(county=COUNTY, kind=kind, complex=False, category="")
    return Deadline.objects.create(county=COUNTY, need=need, kind=kind, rule=rule, started_on=day, due=day)


def test_anybody_reads_what_is_public(monday, guanli):
    for visibility in Visibility.values:
        NeedFactory(title=visibility, organization=guanli, visibility=visibility)
    NeedFactory(title="未公布", organization=guanli, state=NeedState.SUBMITTED, opened_at=None)

    assert titles(AnonymousUser()) == ["public"]


def test_units_read_what_is_open_to_the_alliance(monday, guanli, handler, clerk, staff):
    for visibility in Visibility.values:
        NeedFactory(title=visibility, organization=guanli, visibility=visibility)

    assert titles(handler) == ["alliance", "public"]
    assert titles(clerk) == titles(staff) == ["staff", "alliance", "public"]


def test_drafts_and_bookings_are_not_in_the_hall(monday, staff):
    NeedFactory(title="草稿", state=NeedState.DRAFT, number="", entered_by=staff)
    NeedFactory(title="预约", source=Source.OFFER)
    NeedFactory(title="需求")

    assert titles(staff) == ["需求"]


def test_every_word_must_be_found(monday, staff, guanli):
    guanli.initials = "gljt"
    guanli.save()
    NeedFactory(title="找热处理专家", detail="模具寿命短", organization=guanli, number="XQ20260007")
    NeedFactory(title="找律师")

    found = {
        q: titles(staff, q=q)
        for q in ("热处理", "热处理 模具", "热处理 律师", "冠力", "GLJT", "xq20260007", "%", "_")
    }
    assert found == {
        "热处理": ["找热处理专家"],
        "热处理 模具": ["找热处理专家"],
        "热处理 律师": [],
        "冠力": ["找热处理专家"],
        "GLJT": ["找热处理专家"],
        "xq20260007": ["找热处理专家"],
        "%": [],
        "_": [],
    }


def test_facets_narrow_and_count_each_other(monday, staff, guanli, haokun, town, other_town):
    NeedFactory(title="甲", organization=guanli, category="KJ", urgency="urgent")
    NeedFactory(title="乙", organization=haokun, category="KJ", state=NeedState.CLAIMED)
    NeedFactory(title="丙", organization=haokun, category="RC")

    page = hall(staff, Wish(chosen={"category": ("KJ",)}))
    facets = {key: options for key, _, options in page.facets}

    assert [row.title for row in page.rows] == ["乙", "甲"]
    assert facets["category"] == [Option("RC", "人才用工", 1, False), Option("KJ", "科技创新", 2, True)]
    assert facets["state"] == [
        Option("open", "待认领", 1, False),
        Option("claimed", "待首次对接", 1, False),
    ]
    assert facets["town"] == [
        Option(str(other_town.pk), other_town.name, 1, False),
        Option(str(town.pk), town.name, 1, False),
    ]
    assert facets["urgency"] == [Option("urgent", "较急", 1, False), Option("normal", "一般", 1, False)]


@pytest.mark.parametrize(
    "chosen", [{"town": ("abc",)}, {"town": ("9" * 12,)}, {"state": ("draft",)}, {"category": ("'",)}]
)
def test_values_nobody_knows_find_nothing(monday, staff, chosen):
    NeedFactory()

    assert titles(staff, chosen=chosen) == []


def test_quick_choices_count_what_they_show(monday, handler, kejiju):
    late, soon, far, other = (NeedFactory(title=t, category="KJ") for t in ("超期", "快到", "还早", "别类"))
    Need.objects.filter(pk=other.pk).update(category="RC")
    for need, days in ((late, -1), (soon, 7), (far, 8)):
        due_on(need, monday + dt.timedelta(days=days))

    page = hall(handler, Wish())
    assert page.quick == [
        Option("fit", "适合我单位", 3, False),
        Option("open", "待认领", 4, False),
        Option("soon", "7 天内到期", 1, False),
        Option("late", "已超期", 1, False),
    ]
    for name in ("fit", "open", "soon", "late"):
        counts = {o.value: o.count for o in page.quick}
        assert len(titles(handler, quick=name)) == counts[name]
    assert titles(handler, quick="late") == ["超期"]


def test_fit_is_asked_of_units_alone(monday, staff):
    assert [o.value for o in hall(staff, Wish()).quick] == ["open", "soon", "late"]


def test_the_earliest_running_limit_counts_and_waiting_for_a_word_does_not(monday, staff):
    need = NeedFactory()
    due_on(need, monday + dt.timedelta(days=9), "resolve")
    due_on(need, monday + dt.timedelta(days=2), "confirm")
    met = due_on(need, monday, "claim")
    Deadline.objects.filter(pk=met.pk).update(met_on=monday)

    assert with_due(Need.objects.all()).get().due == monday + dt.timedelta(days=9)
    assert hall(staff, Wish()).rows[0].days_left == 9


def test_order_is_newest_or_most_pressing(monday, staff):
    first, second, third = (NeedFactory(title=t) for t in ("一", "二", "三"))
    Need.objects.filter(pk=first.pk).update(opened_at=dt.datetime(2026, 3, 5, tzinfo=dt.UTC))
    due_on(third, monday + dt.timedelta(days=5))
    due_on(second, monday + dt.timedelta(days=3))

    assert titles(staff) == ["一", "三", "二"]
    assert titles(staff, sort="due") == ["二", "三", "一"]


def test_pages_hold_twenty(monday, staff):
    NeedFactory.create_batch(PAGE + 1)

    page = hall(staff, Wish(page=2))
    assert (len(page.rows), page.total, page.last) == (1, 21, 2)
    assert Hall(Wish(), [], 1001, [], []).last == 50
    assert Hall(Wish(), [], 0, [], []).last == 1


def test_query_count_does_not_grow(monday, handler):
    def asked():
        with CaptureQueriesContext(connection) as seen:
            hall(handler, Wish(q="热", chosen={"state": ("open",)}))
        return len(seen)

    NeedFactory()
    asked()
    one = asked()
    NeedFactory.create_batch(59)

    assert asked() == one


def test_a_row_says_who_claimed_and_how_it_ended(promise, handler, clerk, kejiju):
    def row():
        (found,) = rows_of(with_due(Need.objects.all()))
        return found

    claimed = row()
    assert (claimed.stage_text, claimed.stage_step, claimed.stage_tone) == ("待首次对接", 3, "info")
    assert (claimed.rec, claimed.claimable, claimed.units) == ("县科技局 认领", False, "县科技局")
    assert claimed.next_step == "县科技局认领了，3月12日前联系您"

    delivery = actions.record_delivery(promise, by=handler)
    assert row().next_step == "县科技局说办好了，等您确认"
    actions.confirm_delivery(delivery, by=clerk, verdict="solved")
    actions.give_feedback(promise.__class__.objects.get(), by=clerk, satisfaction="satisfied")

    closed = row()
    assert (closed.stage_text, closed.stage_step, closed.rec) == (
        "已解决",
        6,
        "县科技局 办结，企业评价“满意”",
    )
    assert (closed.days_left, closed.posted) == (None, "03-09 公布")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("submitted", "等工委审核"),
        ("returned", "请补充后再提交"),
        ("open", "等单位认领"),
        ("booked", "等单位答复"),
        ("closed", "已办结"),
    ],
)
def test_next_step_is_said_in_every_state(monday, state, words):
    NeedFactory(state=state)
    (row,) = rows_of(with_due(Need.objects.all()))

    assert row.next_step == words


def test_similar_needs_are_open_near_and_new(monday, staff, guanli, haokun):
    need = NeedFactory(organization=guanli)
    far = NeedFactory(organization=haokun)
    near = NeedFactory(organization=guanli)
    NeedFactory(organization=guanli, category="RC")
    NeedFactory(organization=guanli, state=NeedState.CLAIMED)

    assert similar_needs(need, staff) == [near, far]
    assert similar_needs(need, staff, most=1) == [near]


@pytest.mark.parametrize(
    ("detail", "summary"),
    [("", ""), ("找专家。", ""), ("找专家。很急", "找专家。很急"), ("长" * 90, "长" * 79 + "…")],
)
def test_summary_does_not_repeat_the_title(detail, summary):
    assert summary_of("找专家", detail) == summary


def test_many_needs_with_certain_words_are_not_counted_by_choice(monday, staff, monkeypatch):
    """Of very many found by their words nobody says how many are of each kind; all choices stay."""
    NeedFactory.create_batch(3, title="模具开裂", category="KJ")
    NeedFactory(title="模具维修", category="RC")
    few = hall(staff, Wish(q="模具"))
    monkeypatch.setattr(counting, "MOST", 3)
    many = hall(staff, Wish(q="模具"))

    assert [o.count for o in {k: v for k, _, v in few.facets}["category"]] == [1, 3]
    assert {(o.count, o.figure) for _, _, options in many.facets for o in options} == {(None, "")}
    assert {o.value for o in {k: v for k, _, v in many.facets}["category"]} > {"KJ", "RC"}
    assert {o.count for o in many.quick} == {None}
    assert [row.title for row in many.rows] == [row.title for row in few.rows]


def test_many_needs_are_counted_choice_by_choice(monday, staff, monkeypatch):
    NeedFactory.create_batch(3, category="KJ")
    NeedFactory(category="RC", urgency="urgent")
    few = hall(staff, Wish())
    monkeypatch.setattr(counting, "MOST", 3)

    assert hall(staff, Wish()).facets == few.facets
    assert hall(staff, Wish()).quick == few.quick
    monkeypatch.setattr(counting, "MOST", 2)
    narrow = {o.value: o.count for o in hall(staff, Wish(chosen={"category": ("KJ",)})).quick}
    assert narrow == {"open": 3, "soon": None, "late": None}


@pytest.mark.parametrize(
    "chosen",
    [
        {"state": ("open",)},
        {"category": ("KJ",)},
        {"category": ("KJ", "RC"), "urgency": ("normal",), "state": ("open",)},
    ],
)
def test_many_and_few_are_counted_alike_whatever_is_chosen(
    monday, guanli, staff, handler, clerk, kejiju, monkeypatch, chosen
):
    for visibility in Visibility.values:
        NeedFactory.create_batch(2, category="KJ", visibility=visibility)
        NeedFactory(category="RC", visibility=visibility, organization=guanli)
        CommitmentFactory(need=NeedFactory(category="KJ", visibility=visibility), unit=kejiju)
        NeedFactory(category="KJ", urgency="urgent", visibility=visibility)
    people = (staff, handler, clerk, AnonymousUser())
    few = [hall(user, Wish(chosen=chosen)).facets for user in people]
    monkeypatch.setattr(counting, "MOST", 1)
    assert [hall(user, Wish(chosen=chosen)).facets for user in people] == few


def test_a_need_with_two_limits_counts_once(monday, staff):
    need = NeedFactory()
    for days in (-2, -1, 1):
        due_on(need, monday + dt.timedelta(days=days))
    counts = {o.value: o.count for o in hall(staff, Wish()).quick}
    assert (counts["late"], counts["soon"]) == (1, 0)
    assert (len(titles(staff, quick="late")), len(titles(staff, quick="soon"))) == (1, 0)


def test_never_opened_needs_are_seen_by_the_office_and_their_own_people(
    monday, guanli, staff, clerk, handler, other_clerk
):
    NeedFactory(title="刚提的", organization=guanli, state=NeedState.SUBMITTED, opened_at=None)
    assert titles(staff) == titles(clerk) == ["刚提的"]
    assert titles(handler) == titles(other_clerk) == titles(AnonymousUser()) == []


@pytest.mark.parametrize("sort", ["new", "due"])
def test_closed_needs_have_no_limits_left(promise, monday, handler, clerk, staff, sort):
    NeedFactory()
    actions.close_need(promise.need, by=staff, outcome="explained", note="没有办法")
    page = hall(staff, Wish(chosen={"state": ("closed",)}, sort=sort))
    assert [row.pk for row in page.rows] == [promise.need_id]
    assert {o.value: o.count for o in page.quick} == {"open": 0, "soon": 0, "late": 0}
    assert not Deadline.objects.filter(need=promise.need_id, running_until__isnull=False).exists()
