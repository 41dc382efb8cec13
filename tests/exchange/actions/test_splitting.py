from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.core.audit import history
from shuanglian.core.models import Notice
from shuanglian.exchange import actions
from shuanglian.exchange.choices import NeedState
from shuanglian.exchange.models import NeedLink
from shuanglian.exchange.queries.ledger import lines_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_things(monday, guanli, clerk):
    """冠力集团 asks for five people of two trades in one sentence."""
    return actions.post_need(
        guanli,
        by=clerk,
        detail="要三名焊工，还想做设备检测",
        category="RC",
        quantity=Decimal(5),
        measure="人",
        visibility="alliance",
        contact_phone="13800000000",
    )


@pytest.fixture
def two_lines(monday, guanli, clerk, staff):
    items = [{"text": "焊工", "quantity": 3, "measure": "人"}, {"text": "设备检测", "measure": "次"}]
    need = actions.post_need(guanli, by=clerk, detail="要焊工和检测", category="RC", items=items)
    return actions.accept_need(need, by=staff)


def quantities(need):
    return [(line.item.text, line.requested, line.item.measure) for line in lines_of(need.pk)]


def test_one_need_becomes_two_that_know_each_other(two_things, clerk):
    child = actions.split_need(
        two_things,
        by=clerk,
        detail="想做设备检测",
        category="JC",
        quantity=Decimal(2),
        measure="次",
        rest="要三名焊工",
        left=Decimal(3),
    )

    two_things.refresh_from_db()
    assert (child.state, child.organization, child.visibility, child.contact_phone, child.raised_by) == (
        NeedState.SUBMITTED,
        two_things.organization,
        "alliance",
        "13800000000",
        two_things.raised_by,
    )
    assert (child.category, quantities(child)) == ("JC", [("想做设备检测", Decimal(2), "次")])
    assert (two_things.title, two_things.detail) == ("要三名焊工", "要三名焊工")
    assert [line.requested for line in lines_of(two_things.pk)] == [Decimal(3)]
    row = NeedLink.objects.get()
    assert (row.need, row.other, row.kind) == (child, two_things, "part")
    entry = history(two_things).get(verb="split")
    assert entry.note == "分出 想做设备检测；原来的数量由 5 改为 3 人"


def test_staff_split_a_published_need_into_two_published_ones(two_things, staff, clerk):
    actions.accept_need(two_things, by=staff)

    child = actions.split_need(two_things, by=staff, detail="想做设备检测", category="JC")

    assert child.state == NeedState.OPEN
    assert [n.text for n in Notice.objects.filter(user=clerk, kind="need_split")] == [
        f"“要三名焊工，还想做设备检测”里分出了一项：“想做设备检测”（{child.number}）"
    ]


def test_what_an_organization_splits_off_waits_to_be_accepted(opened, clerk):
    assert actions.split_need(opened, by=clerk, detail="另外想培训三个人").state == NeedState.SUBMITTED


def test_a_line_moves_over_with_its_quantity(two_lines, staff):
    item = two_lines.items.get(position=2)

    child = actions.split_need(two_lines, by=staff, detail="设备检测", category="JC", item=item)

    assert quantities(child) == [("设备检测", Decimal(1), "次")]
    assert quantities(two_lines) == [("焊工", Decimal(3), "人")]


def test_a_line_somebody_claimed_stays(two_lines, rsj, other_handler, staff):
    item = two_lines.items.get(position=1)
    actions.claim(two_lines, by=other_handler, unit=rsj, item=item)

    with pytest.raises(ValidationError, match="“焊工”有单位认领过，不能分出去"):
        actions.split_need(two_lines, by=staff, detail="焊工", item=item)
    assert NeedLink.objects.count() == 0


def test_what_is_left_is_never_less_than_what_was_promised(two_things, rsj, other_handler, staff):
    actions.accept_need(two_things, by=staff)
    actions.claim(two_things, by=other_handler, unit=rsj, quantity=Decimal(4))

    with pytest.raises(ValidationError, match="已经有人认领 4，不能比这少"):
        actions.split_need(two_things, by=staff, detail="设备检测", left=Decimal(3))
    with pytest.raises(ValidationError, match="要大于 0，不超过原来的 5"):
        actions.split_need(two_things, by=staff, detail="设备检测", left=Decimal(6))
    actions.split_need(two_things, by=staff, detail="设备检测", left=Decimal(4))

    assert [(line.requested, line.open) for line in lines_of(two_things.pk)] == [(Decimal(4), Decimal(0))]


def test_the_last_line_stays(opened, staff):
    with pytest.raises(ValidationError, match="原来的需求至少要留一行"):
        actions.split_need(opened, by=staff, detail="x", item=opened.items.get())


def test_nothing_is_split_off_without_words_nor_from_what_is_over(opened, booking, staff, clerk):
    with pytest.raises(ValidationError, match="请写分出来的是什么事"):
        actions.split_need(opened, by=staff, detail=" ")
    with pytest.raises(ValidationError, match="预约的资源不能分出一条"):
        actions.split_need(booking.need, by=staff, detail="x")
    actions.withdraw_need(opened, by=clerk, note="不用了")
    with pytest.raises(ValidationError, match="现在是“已办结”，不能分出一条"):
        actions.split_need(opened, by=staff, detail="x")


@pytest.mark.parametrize("name", ["handler", "instructor", "auditor", "other_clerk"])
def test_who_may_not_split_a_need(request, opened, name):
    with pytest.raises(PermissionDenied):
        actions.split_need(opened, by=request.getfixturevalue(name), detail="x")
