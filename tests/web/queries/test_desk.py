import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shuanglian.accounts.choices import Role
from shuanglian.accounts.models import User
from shuanglian.exchange import actions
from shuanglian.exchange.models import Commitment, Deadline
from shuanglian.web.queries.desk import desk_of, section_of, strip_of
from tests.people import give, person
from tests.web.stories import booked, claimed, delivered, many_open, opened, posted, published

pytestmark = pytest.mark.django_db

TITLE = "模具寿命短，想找热处理专家"


def titles(user):
    """Section key → the titles of its rows, empty sections left out."""
    return {one.section.key: [row.title for row in one.rows] for one in desk_of(fresh(user)) if one.rows}


def fresh(user):
    return User.objects.get(pk=user.pk)


def rows_of(user, key):
    return section_of(fresh(user), key).rows


def test_the_office_reviews_what_was_handed_in_with_one_press(monday, guanli, clerk, staff, approver):
    need = posted(guanli, clerk)
    assert titles(staff) == titles(approver) == {"review": [TITLE]}
    (row,) = rows_of(staff, "review")
    assert (row.text, row.left) == ("冠力集团　科技创新　3月9日 09:00 提出", 2)
    assert (row.act.text, row.act.href, row.act.posts) == ("受理并开放", f"/needs/{need.pk}/accept/", True)


def test_what_waits_for_review_is_on_nobody_elses_desk(
    monday, guanli, clerk, handler, other_clerk, auditor, stranger, secadmin
):
    posted(guanli, clerk)
    assert [titles(u) for u in (handler, other_clerk, auditor, stranger, secadmin)] == [{}] * 5


def test_the_office_sees_what_nobody_claimed_the_longest_first(time_machine, guanli, clerk, staff):
    time_machine.move_to(dt.datetime(2026, 3, 9, 1, tzinfo=dt.UTC), tick=False)
    opened(guanli, clerk, staff)
    time_machine.move_to(dt.datetime(2026, 3, 11, 1, tzinfo=dt.UTC), tick=False)
    second = opened(guanli, clerk, staff, "要招 5 名车工", "RC")
    assert titles(staff) == {"unclaimed": [TITLE, "要招 5 名车工"]}
    row = rows_of(staff, "unclaimed")[1]
    assert (row.text, row.act.href) == ("冠力集团　人才用工　公布 0 天", f"/needs/{second.pk}/propose/")


def test_a_unit_sees_what_belongs_to_its_duties_and_can_claim_it(
    monday, guanli, clerk, staff, handler, other_handler
):
    need = opened(guanli, clerk, staff)
    assert titles(handler) == {"suited": [TITLE]}
    assert titles(other_handler) == {}
    (row,) = rows_of(handler, "suited")
    assert (row.text, row.act.text, row.act.href) == (
        "冠力集团　科技创新　还需 1 次",
        "认领",
        f"/needs/{need.pk}/claim/",
    )


def test_a_unit_sees_what_others_left_of_a_need(
    monday, guanli, clerk, staff, handler, kejiju, other_handler, rsj
):
    need = opened(guanli, clerk, staff, quantity=3, measure="场")
    actions.claim(need, by=other_handler, unit=rsj, quantity=2)
    (row,) = rows_of(handler, "suited")
    assert row.text == "冠力集团　科技创新　还需 1 场"
    actions.claim(need, by=handler, unit=kejiju, quantity=1)
    assert titles(handler) == {"soon": [TITLE]}


def test_a_need_that_is_promised_whole_or_closed_to_units_is_not_offered(
    monday, guanli, clerk, staff, handler, other_handler, rsj
):
    actions.claim(opened(guanli, clerk, staff), by=other_handler, unit=rsj)
    opened(guanli, clerk, staff, "内部的事", visibility="staff")
    assert titles(handler) == {}


def test_the_acts_of_a_promise_follow_the_work(monday, guanli, clerk, staff, handler, kejiju):
    promise = claimed(guanli, clerk, staff, handler, kejiju)
    (row,) = rows_of(handler, "soon")  # three working days to the first contact
    assert (row.text, row.left, row.act.text) == ("等首次对接　县科技局　冠力集团　XQ20260001", 3, "写进展")
    assert row.act.href == f"/commitments/{promise.pk}/progress/"

    actions.note_progress(promise, by=handler, body="约好周四到厂")
    (row,) = rows_of(handler, "work")
    assert (row.text, row.act.text) == ("冠力集团　1 次　3月9日 已对接", "办结")
    assert row.act.href == f"/commitments/{promise.pk}/deliver/"

    actions.record_delivery(promise, by=handler)
    (row,) = rows_of(handler, "work")
    assert (row.text, row.act) == ("冠力集团　1 次　3月9日 报办结，等企业确认", None)


def test_late_promises_come_to_the_unit_and_to_the_office_but_not_to_other_units(
    time_machine, guanli, clerk, staff, handler, kejiju, other_handler, liaison
):
    time_machine.move_to(dt.datetime(2026, 3, 9, 1, tzinfo=dt.UTC), tick=False)
    claimed(guanli, clerk, staff, handler, kejiju)
    time_machine.move_to(dt.datetime(2026, 3, 16, 1, tzinfo=dt.UTC), tick=False)
    assert titles(handler) == titles(staff) == titles(liaison) == {"late": [TITLE]}
    assert titles(other_handler) == {}
    assert [row.left for row in rows_of(handler, "late")] == [-4]
    assert [row.act.text for row in (*rows_of(handler, "late"), *rows_of(staff, "late"))] == [
        "写进展",
        "看进展",
    ]


def test_what_the_office_itself_is_late_with_stands_once_in_its_own_list(
    time_machine, guanli, clerk, staff, liaison
):
    time_machine.move_to(dt.datetime(2026, 3, 9, 1, tzinfo=dt.UTC), tick=False)
    posted(guanli, clerk)
    time_machine.move_to(dt.datetime(2026, 3, 16, 1, tzinfo=dt.UTC), tick=False)
    assert titles(staff) == {"review": [TITLE]}
    assert titles(liaison) == {"late": [TITLE]}
    assert [item["hot"] for item in strip_of(desk_of(fresh(staff)))] == [True, False, False, False]


def test_a_stopped_clock_is_not_late(time_machine, guanli, clerk, staff, handler, kejiju):
    time_machine.move_to(dt.datetime(2026, 3, 9, 1, tzinfo=dt.UTC), tick=False)
    promise = claimed(guanli, clerk, staff, handler, kejiju)
    for deadline in Deadline.objects.filter(commitment=promise, met_on=None):
        actions.stop_clock(deadline, by=handler, reason="等企业提供图纸")
    time_machine.move_to(dt.datetime(2026, 4, 20, 1, tzinfo=dt.UTC), tick=False)
    assert titles(handler) == {"work": [TITLE]}


def test_bookings_wait_for_the_units_answer_only(
    monday, guanli, clerk, staff, handler, kejiju, other_handler
):
    booked(published(kejiju, handler, staff), clerk, guanli)
    assert titles(handler) == {"bookings": ["预约：锻件无损检测"]}
    (row,) = rows_of(handler, "bookings")
    assert (row.text, row.act.text) == ("冠力集团　预约 1 次　3月9日 提出", "去答复")
    assert titles(other_handler) == {}
    actions.accept_booking(Commitment.objects.get(), by=handler)
    assert "bookings" not in titles(handler)


def test_offers_go_to_the_office_and_come_back_to_their_unit(monday, staff, handler, kejiju, other_handler):
    offer = actions.post_offer(
        kejiju, by=handler, title="仪器开放日", category="KJ", detail="每月一次", standing=True, capacity=2,
        contact_phone="03506022222",
    )  # fmt: skip
    assert titles(staff) == {"offers": ["仪器开放日"]}
    assert titles(handler) == titles(other_handler) == {}
    actions.return_offer(offer, by=staff, note="请写明地点")
    assert titles(staff) == {}
    assert titles(handler) == {"own-offers": ["仪器开放日"]}


def test_an_offer_about_to_lapse_is_shown_to_its_unit(monday, staff, handler, kejiju):
    published(kejiju, handler, staff, standing=False, valid_until=dt.date(2026, 3, 20))
    published(kejiju, handler, staff, "常年开放的", standing=True)
    published(kejiju, handler, staff, "还早的", standing=False, valid_until=dt.date(2026, 6, 20))
    (row,) = rows_of(handler, "own-offers")
    assert (row.title, row.text, row.act.text) == (
        "锻件无损检测",
        "科技创新　3月20日到期",
        "续期到 2027年3月20日",
    )
    assert (row.act.posts, row.act.fields) == (True, (("valid_until", "2027-03-20"),))


def test_instructors_follow_their_organisations_and_townships_their_own(
    monday, guanli, haokun, clerk, other_clerk, staff, instructor, township_clerk
):
    opened(guanli, clerk, staff)
    opened(haokun, other_clerk, staff, "昊坤的事")
    assert titles(instructor) == {"guided": [TITLE]}
    assert titles(township_clerk) == {"town": [TITLE]}
    (row,) = rows_of(instructor, "guided")
    assert (row.text, row.left, row.act.text) == ("冠力集团　等单位认领", 7, "看进展")


def test_liaisons_see_what_they_typed_and_nobody_elses_drafts(monday, guanli, haokun, liaison, clerk):
    actions.save_draft(guanli, by=liaison, title="走访听到的", source="leader_visit")
    actions.save_draft(guanli, by=clerk, title="自己的草稿")
    posted(haokun, liaison, "走访提交的", source="leader_visit")
    assert titles(liaison) == {
        "entered": ["走访提交的"],
        "unfinished": ["走访听到的"],
        "soon": ["走访提交的"],
    }


def test_somebody_with_two_roles_has_both_desks_once(monday, guanli, kejiju, clerk, staff, handler):
    give(handler, Role.INSTRUCTOR, guanli.pk)
    opened(guanli, clerk, staff)
    assert titles(handler) == {"suited": [TITLE], "guided": [TITLE]}
    me = fresh(handler)
    me.act_as(next(p.pk for p in me.held if p.role == Role.INSTRUCTOR))
    assert [one.section.key for one in desk_of(me)] == ["guided"]


def test_an_empty_list_is_shown_when_it_is_the_first_or_named_in_the_strip(staff, instructor, township_clerk):
    assert [one.section.key for one in desk_of(staff)] == ["review", "late", "unclaimed", "offers"]
    assert [one.section.key for one in desk_of(instructor)] == ["guided"]
    assert [one.section.key for one in desk_of(township_clerk)] == ["town"]


def test_a_list_of_another_role_is_not_on_the_desk(handler, stranger):
    assert section_of(handler, "review") is None
    assert section_of(stranger, "late") is None


def test_the_strip_names_at_most_four_and_none_when_there_is_one(monday, guanli, clerk, staff, instructor):
    posted(guanli, clerk)
    assert strip_of(desk_of(fresh(staff))) == [
        {"count": 1, "title": "等您审核", "text": "最急的还剩 2 天", "href": "#review", "hot": False},
        {"count": 0, "title": "超期未办", "text": "没有超期的需求", "href": "#late", "hot": False},
        {"count": 0, "title": "等单位认领", "text": "没有等认领的需求", "href": "#unclaimed", "hot": False},
        {"count": 0, "title": "资源等审核", "text": "没有等审核的资源", "href": "#offers", "hot": False},
    ]
    assert strip_of(desk_of(fresh(instructor))) == []


@pytest.mark.parametrize("who", ["staff", "handler", "instructor", "township_clerk", "liaison", "clerk"])
def test_the_number_of_queries_does_not_grow_with_the_work(
    monday, guanli, clerk, staff, handler, kejiju, instructor, township_clerk, liaison, who
):
    user = {"staff": staff, "handler": handler, "instructor": instructor, "township_clerk": township_clerk,
            "liaison": liaison, "clerk": clerk}[who]  # fmt: skip
    need = opened(guanli, clerk, staff)
    posted(guanli, clerk)
    claimed(guanli, clerk, staff, handler, kejiju)
    delivered(guanli, clerk, staff, handler, kejiju)
    booked(published(kejiju, handler, staff), clerk, guanli)
    once = count_queries(user)
    for _ in range(5):
        posted(guanli, clerk)
        claimed(guanli, clerk, staff, handler, kejiju)
        delivered(guanli, clerk, staff, handler, kejiju)
    many_open(30, need)
    assert count_queries(user) == once


def count_queries(user):
    me = fresh(user)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        desk_of(me)
    return len(seen)


def test_a_section_tells_its_total_beyond_the_rows_it_shows(monday, guanli, clerk, staff):
    many_open(10, opened(guanli, clerk, staff))
    (unclaimed,) = (one for one in desk_of(fresh(staff)) if one.section.key == "unclaimed")
    assert (len(unclaimed.rows), unclaimed.total) == (6, 11)
    assert len(rows_of(staff, "unclaimed")) == 11


def test_a_person_of_another_county_sees_nothing_of_this_one(monday, guanli, clerk, staff):
    abroad = person("abroad", "外县人", Role.STAFF)
    User.objects.filter(pk=abroad.pk).update(county="140922")
    posted(guanli, clerk)
    assert titles(abroad) == {}
