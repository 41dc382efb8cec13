"""The plan for all open needs: changed, taken back, locked, worked out again, sent; the unit answers."""

import re

import pytest
from django.utils import timezone

from shuanglian.accounts.models import User
from shuanglian.directory.models import Organization, PartnerUnit
from shuanglian.matching import actions
from shuanglian.matching.queries.ranking import Compared
from tests.factories.exchange import NeedFactory, OfferFactory

pytestmark = pytest.mark.journey


@pytest.fixture
def plan(county, monkeypatch):
    """Two needs and two offers of 县科技局, compared and planned."""
    kejiju = PartnerUnit.objects.get(name="县科技局")
    expert = OfferFactory(unit=kejiju, title="技改专家入企")
    course = OfferFactory(unit=kejiju, title="热处理培训班")
    asker = {"organization": Organization.objects.get(name="冠力集团"), "opened_at": timezone.now()}
    for title in ("模具寿命短", "炉温控不住"):
        NeedFactory(title=title, **asker)
    options = [(expert.pk, 0.9), (course.pk, 0.7)]
    monkeypatch.setattr(
        "shuanglian.matching.queries.ranking.compare",
        lambda lines: [(line.item.pk, Compared(options, sure=True)) for line in lines],
    )
    actions.make_plan("140921", by=User.objects.get(username="demo-staff"), patient=True)
    return course.items.get().pk


def test_a_plan_is_changed_locked_and_sent_and_the_unit_takes_it_on(plan, visit):
    staff = visit("王晓岚")
    page = staff.page
    page.goto("/console/")
    staff.sees("和先来先得一样好")
    page.get_by_label("模具寿命短，用哪项资源").select_option(str(plan))
    staff.sees("“模具寿命短”已改派")
    staff.press(re.compile("^改回建议"))
    staff.sees("“模具寿命短”不再固定，按建议来")
    staff.press("锁定：模具寿命短")
    staff.sees("“模具寿命短”已锁定，重新计算也不变")
    staff.press("重新计算")
    staff.sees("已重新计算")
    staff.shows("30-console")
    staff.press("发给单位确认")
    staff.sees("发给 1 家单位 2 项？")
    staff.press("确认发出")
    staff.sees("有 2 项已经有单位认领、正在等答复或结束了")
    staff.leave()

    handler = visit("赵立新")
    handler.press("去答复")
    handler.sees("您单位的“技改专家入企”和这项需求很合适，请看能不能认领。")
    dialog = handler.page.get_by_role("dialog")
    (dialog if dialog.count() else handler.page).get_by_label("接受，由我单位认领").check()
    handler.press("答复", exact=True)
    handler.sees("待首次对接")
