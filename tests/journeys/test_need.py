"""A quarter in the life of one need (handbook 5.9), told in a browser with the click counts of handbook 5."""

import re

import pytest

pytestmark = pytest.mark.journey


SENTENCE = "模具寿命短，想找热处理专家"


def test_a_need_is_posted_accepted_claimed_delivered_and_confirmed(visit):
    clerk = visit("周建国")
    clerk.shows("01-home")
    clerk.page.get_by_role("textbox", name=re.compile("企业有什么难处")).fill(SENTENCE)
    clerk.press("下一步")
    clerk.shows("02-check")
    clerk.page.get_by_label("类别").select_option(label="科技创新")
    clerk.press("提交需求")
    clerk.sees("待审核")
    clerk.shows("03-submitted")
    assert clerk.clicks <= 3
    clerk.leave()

    staff = visit("王晓岚")
    staff.sees(SENTENCE)
    staff.shows("04-staff")
    staff.press(re.compile("^受理并开放"))
    staff.sees("已受理，需求公布到大厅了")
    staff.shows("05-accepted")
    assert staff.clicks <= 2
    staff.leave()

    handler = visit("赵立新")
    handler.sees(SENTENCE)
    handler.shows("06-unit")
    handler.press(re.compile("^认领"))
    handler.shows("07-claim")
    handler.press("确认认领")
    handler.sees("待首次对接")
    handler.shows("08-claimed")
    assert handler.clicks <= 3
    handler.leave()

    handler = visit("赵立新")
    handler.press(SENTENCE)
    handler.press("写办理进展")
    handler.shows("09-progress")
    handler.page.get_by_label("办到哪一步了").fill("专家到厂看过，建议换热处理工艺")
    handler.press("保存进展")
    handler.sees("专家到厂看过，建议换热处理工艺")
    assert handler.clicks <= 3
    handler.press("报办结")
    handler.shows("10-deliver")
    handler.press("报办结", within=handler.page.get_by_role("dialog"))
    handler.sees("待评价")
    handler.leave()

    clerk = visit("周建国")
    clerk.shows("11-to-confirm")
    clerk.press("去确认")
    clerk.shows("11-confirm")
    clerk.press("已解决")
    clerk.sees("已解决")
    clerk.shows("12-solved")
    assert clerk.clicks <= 2
