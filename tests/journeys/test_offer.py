"""The other chain: a unit opens a resource, an enterprise books it, it is used and confirmed."""

import re

import pytest

pytestmark = pytest.mark.journey


def test_an_offer_is_published_booked_accepted_used_and_confirmed(visit):
    handler = visit("赵立新")
    handler.press("发布资源")
    page = handler.page
    page.get_by_label("资源名称").fill("热处理专家入企")
    page.get_by_label("类别").select_option(label="科技创新")
    page.get_by_label("内容").fill("每月两次，到厂看模具和热处理工艺")
    page.get_by_label("数量", exact=True).fill("2")
    page.get_by_label("数量按").select_option(label="每月")
    page.get_by_label("长期有效").check()
    handler.shows("20-offer-form")
    handler.press(re.compile("^(提交审核|发布)"))
    handler.sees("待审核")
    handler.leave()

    staff = visit("王晓岚")
    staff.press("去审核")
    staff.press("审核通过并开放")
    staff.shows("20-published")
    staff.sees("已审核通过，开放预约")
    assert staff.clicks <= 3
    staff.leave()

    clerk = visit("周建国")
    clerk.press(re.compile("^预约"))
    clerk.press("预约", exact=True)
    clerk.shows("21-book")
    clerk.press("确认预约")
    clerk.sees("待单位答复")
    assert clerk.clicks <= 3
    clerk.leave()

    handler = visit("赵立新")
    handler.press("去答复")
    handler.shows("22-answer")
    handler.press("接受预约")
    handler.press("接受预约", within=handler.page.get_by_role("dialog"))
    handler.sees("待首次对接")
    assert handler.clicks <= 3
    handler.press("报办结")
    handler.press("报办结", within=handler.page.get_by_role("dialog"))
    handler.sees("待评价")
    handler.leave()

    clerk = visit("周建国")
    clerk.press("去确认")
    clerk.press("已解决")
    clerk.sees("已解决")
    clerk.shows("23-used")
