import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shuanglian.directory.models import PartnerUnit
from shuanglian.exchange import actions
from shuanglian.exchange.choices import Verdict
from shuanglian.web.queries.account import account_of
from tests.factories.directory import PartyBranchFactory
from tests.web.stories import claimed, delivered, opened, posted, published

pytestmark = pytest.mark.usefixtures("system")


@pytest.fixture
def people(monday, guanli, clerk, staff, handler, kejiju):
    return guanli, clerk, staff, handler, kejiju


def test_what_it_asked_was_promised_and_got(people, staff, clerk):
    delivery = delivered(*people, title="想找热处理专家")
    actions.confirm_delivery(delivery, by=clerk, verdict=Verdict.SOLVED)
    claimed(*people, title="想做无损检测")
    account = account_of(people[0], staff)
    rows = [(row.title, row.asked, row.promised, row.got, row.is_open) for row in account.asked]
    assert rows == [
        ("想做无损检测", "1 次", "县科技局 1 次，3月30日前", "", True),
        ("想找热处理专家", "1 次", "", "1 次", False),
    ]
    assert [(r.unit, r.what, r.amount, r.day) for r in account.received] == [
        ("县科技局", "想找热处理专家", "1 次", dt.date(2026, 3, 9))
    ]
    assert account.figures == [("提出的需求", 2), ("还没办完", 1), ("得到的帮助", 1), ("给出的", 0)]


def test_a_draft_is_nobodys_account(people, staff, clerk):
    actions.save_draft(people[0], by=clerk, detail="还没想好")
    assert account_of(people[0], staff).asked == []


def test_everybody_sees_what_he_may_see_of_each_need(people, staff, other_clerk, township_clerk):
    posted(people[0], people[1])
    assert len(account_of(people[0], township_clerk).asked) == 1
    assert account_of(people[0], other_clerk).asked == []


def test_what_it_gives_it_gives_as_a_unit_of_the_same_code(people, haokun, other_clerk, staff):
    guanli, _, _, handler, kejiju = people
    PartnerUnit.objects.filter(pk=kejiju.pk).update(uscc=guanli.uscc)
    published(kejiju, handler, staff, title="开放实训车间")
    delivery = delivered(haokun, other_clerk, staff, handler, kejiju, title="想借车间")
    actions.confirm_delivery(delivery, by=other_clerk, verdict=Verdict.SOLVED)
    assert [(g.what, g.amount) for g in account_of(guanli, staff).given] == [
        ("开放资源：开放实训车间", "开放中"),
        (f"帮{haokun.name}：想借车间", "1 次"),
    ]
    assert account_of(haokun, staff).given == []


def test_without_a_code_it_is_no_units_twin(people, staff):
    guanli = people[0]
    published(people[4], people[3], staff)
    guanli.uscc = ""
    assert account_of(guanli, staff).given == []


def test_facts_mask_the_telephone_and_name_who_helps(people, instructor, staff):
    PartyBranchFactory(name="冠力集团党支部", hosts=[people[0]], secretary_name="周建国")
    facts = dict(account_of(people[0], staff).facts)
    assert (facts["联系人"], facts["指导员"]) == ("周建国　138****0000", "刘素芳")
    assert (facts["党组织"], facts["书记"]) == ("冠力集团党支部（独立支部）", "周建国")
    assert facts["信息核对"] == "还没有核对过"


def test_remarks_say_what_to_mind(people, staff):
    guanli = people[0]
    PartyBranchFactory(hosts=[guanli], term_start=dt.date(2023, 6, 1), secretary_name="周建国")
    assert account_of(guanli, staff).remarks == [
        "企业信息 12 个月没核对，顺便问一下有没有变化",
        "本届 2026-06-01 届满，该准备换届了",
    ]
    guanli.checked_on, guanli.checked_by, guanli.uscc_doubtful = dt.date(2026, 1, 1), staff, True
    assert account_of(guanli, staff).remarks[0] == "信用代码最后一位对不上，请对照营业执照"


def test_quantities_are_the_ledgers(people, staff, handler, kejiju, clerk):
    need = opened(people[0], clerk, staff, title="想培训二十人", quantity=Decimal(20), measure="人")
    actions.claim(need, by=handler, unit=kejiju, quantity=Decimal(12))
    (row,) = account_of(people[0], staff).asked
    assert (row.asked, row.promised.split("，")[0], row.got) == ("20 人", "县科技局 12 人", "")


def test_several_lines_say_what_each_is(people, staff, clerk):
    need = posted(people[0], clerk, title="想改造两处")
    need.items.create(position=2, text="空压机", measure="台", requested=2)
    need.items.filter(position=1).update(text="照明")
    (row,) = account_of(people[0], staff).asked
    assert row.asked == "照明 1 次、空压机 2 台"


def test_query_count_does_not_grow(people, staff, clerk):
    claimed(*people, title="第一项")

    def queries():
        with CaptureQueriesContext(connection) as seen:
            account_of(people[0], staff)
        return len(seen)

    queries()
    one = queries()
    for n in range(4):
        claimed(*people, title=f"又一项{n}")
    assert queries() == one
