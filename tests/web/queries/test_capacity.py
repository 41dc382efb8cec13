import pytest

from shuanglian.exchange import actions
from shuanglian.web.queries.capacity import capacity_of
from tests.web.stories import claimed, published

pytestmark = pytest.mark.usefixtures("system")


def test_promises_of_this_month_beside_the_ceiling(monday, guanli, clerk, staff, handler, kejiju):
    kejiju.monthly_capacity = 3
    kejiju.save()
    published(kejiju, handler, staff)
    claimed(guanli, clerk, staff, handler, kejiju, title="第一项")
    taken_back = claimed(guanli, clerk, staff, handler, kejiju, title="第二项")
    actions.withdraw_commitment(taken_back, by=handler, note="没有专家了")
    found = capacity_of(kejiju, clerk)
    assert (found.this_month, found.running, found.most, found.left, found.offers) == (1, 1, 3, 2, 1)


def test_no_ceiling_leaves_no_number(kejiju, staff):
    assert capacity_of(kejiju, staff).left is None


def test_a_ceiling_lowered_below_what_is_held_leaves_nothing(monday, guanli, clerk, staff, handler, kejiju):
    claimed(guanli, clerk, staff, handler, kejiju)
    kejiju.monthly_capacity = 0
    assert capacity_of(kejiju, staff).left == 0
