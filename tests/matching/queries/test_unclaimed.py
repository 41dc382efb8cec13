import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shuanglian.exchange import actions
from shuanglian.exchange.models import Match
from shuanglian.matching.queries.unclaimed import console, unclaimed
from tests.factories.directory import MandateFactory, PartnerUnitFactory
from tests.factories.exchange import CommitmentFactory

pytestmark = pytest.mark.django_db
MONDAY_IN_APRIL = dt.datetime(2026, 4, 13, 1, 0, tzinfo=dt.UTC)


def facts(user, **narrow):
    return [
        (matter.need.title, matter.tried, [(f.unit.name, f.text, f.said) for f in matter.units])
        for matter in console(user, **narrow).matters
    ]


def another(guanli, clerk, staff, title, category="KJ"):
    need = actions.post_need(guanli, by=clerk, title=title, detail=title, category=category)
    return actions.accept_need(need, by=staff)


def test_units_stand_by_duty_and_then_by_pinyin_with_their_facts(opened, kejiju, staff):
    kejiju.monthly_capacity = 2
    kejiju.pinyin = "ke ji ju"
    kejiju.save()
    helper = PartnerUnitFactory(name="县工商联", pinyin="gong shang lian")
    MandateFactory(unit=helper, is_main=False)
    school = PartnerUnitFactory(name="职教中心", pinyin="zhi jiao", mandates=["KJ"])
    CommitmentFactory(unit=kejiju, need__category="KJ")
    CommitmentFactory(unit=school, need__category="KJ", state="finished")

    ((_, tried, units),) = facts(staff)[:1]
    assert tried == []
    assert units == [
        ("县科技局", "主责，本月还能接 1 项，办结过同类 0 件", ""),
        ("职教中心", "主责，没定每月能接几项，办结过同类 1 件", ""),
        ("县工商联", "可以兼办，没定每月能接几项，办结过同类 0 件", ""),
    ]


def test_units_that_left_the_alliance_are_not_asked(opened, kejiju, staff):
    kejiju.left_on = dt.date(2026, 3, 1)
    kejiju.save()

    assert [units for _, _, units in facts(staff)] == [[]]


def test_what_was_tried_stands_in_sentences(opened, kejiju, rsj, handler, other_handler, staff):
    first = actions.propose_unit(opened, by=staff, unit=kejiju, reason="主责单位")
    assert facts(staff) == [
        (
            "模具寿命短，想找热处理专家",
            ["3月9日商请县科技局，等答复"],
            [("县科技局", "主责，没定每月能接几项，办结过同类 0 件", "已商请，等答复")],
        )
    ]
    actions.answer_proposal(first, by=handler, accept=False, reason="专家在外地")
    actions.refer_need(opened, by=handler, from_unit=kejiju, to_unit=rsj, reason="人社局有专家库")
    ((_, tried, units),) = facts(staff)
    assert tried == ["县科技局谢绝：专家在外地", "3月9日县科技局转给县人社局，等答复"]
    assert units[0][2] == "谢绝过：专家在外地"

    actions.answer_referral(opened.referrals.get(), by=other_handler, accept=False, reason="专家库没有这一类")
    ((_, tried, _),) = facts(staff)
    assert tried[1] == "县科技局转给县人社局，对方谢绝：专家库没有这一类"


def test_exceptions_come_first(opened, guanli, clerk, kejiju, handler, staff, time_machine):
    time_machine.move_to(MONDAY_IN_APRIL, tick=False)
    plain = another(guanli, clerk, staff, "要做无损检测")
    asked = another(guanli, clerk, staff, "要做工艺评审")
    declined = another(guanli, clerk, staff, "要找模具钢专家")
    actions.propose_unit(asked, by=staff, unit=kejiju, reason="主责单位")
    match = actions.propose_unit(declined, by=staff, unit=kejiju, reason="主责单位")
    actions.answer_proposal(match, by=handler, accept=False, reason="没有对口专家")

    assert list(unclaimed(staff)) == [opened, declined, plain, asked]
    page = console(staff)
    assert page.counts == {"all": 4, "late": 1, "declined": 1, "asked": 1, "untried": 2}
    for narrow, needs in {"late": [opened], "declined": [declined], "asked": [asked]}.items():
        assert [m.need for m in console(staff, narrow).matters] == needs
    assert {m.need for m in console(staff, "untried").matters} == {opened, plain}


def test_a_claimed_need_leaves_the_console(promise, staff):
    assert console(staff).matters == []


def test_suggestions_of_the_system_are_no_proposals(opened, kejiju, staff):
    Match.objects.create(county="140921", need_item=opened.items.get(), unit=kejiju, origin="system")

    assert facts(staff)[0][1] == []


def test_the_number_of_queries_does_not_grow(opened, guanli, clerk, kejiju, staff):
    console(staff)
    with CaptureQueriesContext(connection) as one:
        console(staff)
    for n in range(20):
        actions.propose_unit(
            another(guanli, clerk, staff, f"第 {n} 项"), by=staff, unit=kejiju, reason="主责"
        )
    with CaptureQueriesContext(connection) as many:
        page = console(staff, page=2)

    assert (page.page, page.last, len(page.matters)) == (2, 2, 6)
    assert len(many) == len(one)
