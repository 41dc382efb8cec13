import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from shuanglian.core.audit import history
from shuanglian.exchange import actions
from shuanglian.exchange.choices import NeedState
from shuanglian.exchange.models import NeedLink

pytestmark = pytest.mark.django_db


def post(organization, by, detail="想做设备检测"):
    return actions.post_need(organization, by=by, detail=detail, category="JC")


@pytest.fixture
def second(opened, guanli, clerk):
    return post(guanli, clerk)


def test_two_needs_are_related_once_whichever_way(opened, second, staff):
    row = actions.relate_needs(opened, by=staff, other=second)

    assert (row.need, row.other, row.kind) == (opened, second, "related")
    assert [(e.verb, e.note) for e in history(row)] == [("relate", f"{opened.number}、{second.number}")]
    for one, other in ((opened, second), (second, opened)):
        with pytest.raises(ValidationError, match=f"和 {other.number} 已经关联了"):
            actions.relate_needs(one, by=staff, other=other)


def test_an_organization_relates_its_own_needs_only(opened, second, haokun, other_clerk, clerk, staff):
    foreign = actions.accept_need(post(haokun, other_clerk, "想招两名电工"), by=staff)
    hidden = post(haokun, other_clerk, "想问社保补贴")

    assert actions.relate_needs(opened, by=clerk, other=second).kind == "related"
    with pytest.raises(ValidationError, match="只能关联您自己单位的需求"):
        actions.relate_needs(opened, by=clerk, other=foreign)
    with pytest.raises(ValidationError, match="没有这个编号的需求"):
        actions.relate_needs(opened, by=clerk, other=hidden)


def test_a_need_is_not_related_to_itself_nor_to_a_draft(opened, guanli, clerk, staff):
    draft = actions.save_draft(guanli, by=clerk, detail="还没想好")

    with pytest.raises(ValidationError, match="不能写这一项自己的编号"):
        actions.relate_needs(opened, by=staff, other=opened)
    with pytest.raises(ValidationError, match="没有这个编号的需求"):
        actions.relate_needs(opened, by=clerk, other=draft)
    with pytest.raises(ValidationError, match="还没有提交，不能关联"):
        actions.relate_needs(draft, by=clerk, other=opened)


@pytest.mark.parametrize("name", ["handler", "instructor", "auditor", "township_clerk", "stranger"])
def test_who_may_not_relate_needs(request, opened, second, name):
    with pytest.raises(PermissionDenied):
        actions.relate_needs(opened, by=request.getfixturevalue(name), other=second)


def test_a_see_also_is_taken_back(opened, second, clerk, handler):
    row = actions.relate_needs(opened, by=clerk, other=second)

    with pytest.raises(PermissionDenied):
        actions.unrelate_needs(row, by=handler)
    actions.unrelate_needs(row, by=clerk)

    assert NeedLink.objects.count() == 0


def test_a_duplicate_names_the_need_it_repeats(opened, second, staff):
    closed = actions.close_need(second, by=staff, outcome="duplicate", note="同一件事", other=opened)

    row = NeedLink.objects.get()
    assert (closed.state, row.need, row.other, row.kind) == (NeedState.CLOSED, second, opened, "duplicate")
    with pytest.raises(ValidationError, match="重复提出和分出来的关系不能取消"):
        actions.unrelate_needs(row, by=staff)


def test_a_duplicate_of_nothing_is_refused(opened, second, guanli, clerk, staff):
    with pytest.raises(ValidationError, match="请写重复的是哪一项"):
        actions.close_need(second, by=staff, outcome="duplicate", note="同一件事")
    with pytest.raises(ValidationError, match="不能写这一项自己的编号"):
        actions.close_need(second, by=staff, outcome="duplicate", note="同一件事", other=second)
    actions.close_need(second, by=staff, outcome="duplicate", note="同一件事", other=opened)
    third = post(guanli, clerk, "设备检测还要做")
    with pytest.raises(ValidationError, match=f"也是重复提出的，请写 {opened.number}"):
        actions.close_need(third, by=staff, outcome="duplicate", note="同一件事", other=second)
    assert NeedLink.objects.count() == 1


def test_two_needs_never_repeat_each_other(opened, second, staff):
    actions.close_need(second, by=staff, outcome="duplicate", note="同一件事", other=opened)

    with pytest.raises(ValidationError, match=f"请写 {opened.number}"):
        actions.close_need(opened, by=staff, outcome="duplicate", note="同一件事", other=second)


def test_only_staff_say_that_a_need_repeats_another(opened, second, clerk):
    with pytest.raises(PermissionDenied):
        actions.close_need(second, by=clerk, outcome="duplicate", note="x", other=opened)


def test_a_related_need_becomes_the_one_repeated_and_a_see_also_again(opened, second, staff):
    actions.relate_needs(opened, by=staff, other=second)
    closed = actions.close_need(second, by=staff, outcome="duplicate", note="同一件事", other=opened)
    row = NeedLink.objects.get()
    assert (row.need, row.other, row.kind) == (second, opened, "duplicate")

    actions.reopen_need(closed, by=staff, note="是另一台设备")

    row.refresh_from_db()
    assert row.kind == "related"
    assert [e.verb for e in history(row)] == ["relate", "mark_duplicate", "relate"]


def test_the_table_keeps_one_link_for_two_needs(opened, second, staff):
    actions.relate_needs(opened, by=staff, other=second)

    with pytest.raises(IntegrityError), transaction.atomic():
        NeedLink.objects.create(county="140921", need=second, other=opened, kind="related", by=staff)
