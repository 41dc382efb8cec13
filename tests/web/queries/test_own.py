import datetime as dt

from shuanglian.directory import actions as directory
from shuanglian.directory.choices import Registration
from shuanglian.directory.models import Organization
from shuanglian.web.queries.own import own_organizations


def test_what_is_known_is_said_and_once_a_year_asked(guanli, clerk, time_machine):
    time_machine.move_to(dt.datetime(2026, 3, 9, 1, tzinfo=dt.UTC), tick=False)
    Organization.objects.filter(pk=guanli.pk).update(address="蒋村镇工业园", headcount_band="under_300")
    (own,) = own_organizations(clerk)
    assert (own.known, own.checked, own.is_due) == (
        "蒋村镇工业园　从业人员20至299人　联系人 周建国 138****0000",
        "还没有核对过",
        True,
    )
    directory.check_organization(guanli, by=clerk)
    (own,) = own_organizations(clerk)
    assert (own.checked, own.is_due) == ("2026年3月9日核对过", False)
    time_machine.move_to(dt.datetime(2027, 3, 10, 1, tzinfo=dt.UTC), tick=False)
    assert own_organizations(clerk)[0].is_due


def test_who_speaks_for_nobody_and_who_is_gone_has_nothing_to_check(guanli, clerk, staff):
    assert own_organizations(staff) == []
    directory.close_organization(guanli, by=staff, registration=Registration.MOVED, note="迁往忻府区")
    assert own_organizations(clerk) == []


def test_the_home_asks_with_one_press_and_then_is_silent(client, guanli, clerk):
    client.force_login(clerk)
    assert client.get("/").text.count("这些还对吗") == 1
    client.post(own_organizations(clerk)[0].check)
    text = client.get("/").text
    assert (text.count("这些还对吗"), text.count("双向账")) == (0, 1)
