import datetime as dt
from decimal import Decimal

import pytest

from shuanglian.exchange.forms.offer import BookForm, OfferForm, RenewForm
from shuanglian.exchange.models import Offer
from tests.people import COUNTY

pytestmark = pytest.mark.django_db
GIVEN = {
    "title": "专家入企",
    "category": "KJ",
    "capacity": "2",
    "measure": "次",
    "period": "month",
    "visibility": "public",
}


def offer_form(user, **changed):
    return OfferForm({**GIVEN, **changed}, about=Offer(county=COUNTY), user=user)


def test_unit_writes_a_standing_offer(monday, handler, kejiju):
    form = offer_form(handler, standing="on", valid_until="2026-12-31")

    assert form.is_valid(), form.errors
    unit, fields = form.written()
    assert unit == kejiju
    assert (fields["capacity"], fields["lead_days"], fields["valid_until"], fields["standing"]) == (
        Decimal(2),
        0,
        None,
        True,
    )


@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        ({}, {"valid_until": ["请写有效期，或选“长期有效”"]}),
        (
            {"valid_until": "2026-03-01", "valid_from": "2026-04-01"},
            {"valid_until": ["结束日期不能早于开始日期"]},
        ),
        ({"standing": "on", "title": ""}, {"title": ["请写资源名称"]}),
        ({"standing": "on", "capacity": ""}, {"capacity": ["请填能提供多少"]}),
        ({"standing": "on", "lead_days": "-1"}, {"lead_days": ["不能小于 0"]}),
        ({"standing": "on", "lead_days": "一"}, {"lead_days": ["只能填整数，例如 2"]}),
        ({"standing": "on", "visibility": "staff"}, {"visibility": ["请从列出的公开范围里选一个"]}),
    ],
)
def test_faults_stand_at_their_fields(monday, handler, changed, faults):
    assert offer_form(handler, **changed).errors == faults


def test_staff_choose_the_unit(monday, staff, kejiju, rsj):
    assert offer_form(staff, standing="on").errors == {"unit": ["请选提供单位"]}
    form = offer_form(staff, standing="on", unit=kejiju.pk)
    assert form.is_valid()
    assert form.written()[0] == kejiju


def test_booking_is_prefilled(offer, clerk, guanli):
    form = BookForm(about=offer, user=clerk)

    assert list(form.fields) == ["quantity", "wanted_on", "words", "contact_phone"]
    assert (form["quantity"].value(), form.fields["quantity"].label, form.fields["quantity"].help_text) == (
        "1",
        "预约多少（次）",
        "现在还剩 2 次",
    )
    assert form["contact_phone"].value() == "13800000000"
    sent = BookForm({"quantity": "1", "wanted_on": "2026-03-20"}, about=offer, user=clerk)
    assert sent.is_valid()
    assert sent.booked()["organization"] == guanli


def test_booking_says_how_early_it_must_be(offer, clerk):
    offer.lead_days = 3
    form = BookForm(about=offer, user=clerk)

    assert form["wanted_on"].value() == dt.date(2026, 3, 12)
    assert form.fields["wanted_on"].help_text == "要提前 3 个工作日，最早 3月12日"


def test_staff_name_the_organisation(offer, staff, guanli):
    given = {"quantity": "1", "wanted_on": "2026-03-20"}

    assert BookForm({**given, "organization": "冠力集团"}, about=offer, user=staff).is_valid()
    assert BookForm({**given, "organization": "谁"}, about=offer, user=staff).errors == {
        "organization": ["没有找到“谁”，请写企业全称、简称或统一社会信用代码"]
    }


def test_renewal_proposes_a_year(offer, handler):
    offer.standing, offer.valid_until = False, dt.date(2026, 4, 1)
    form = RenewForm(about=offer, user=handler)

    assert (form["valid_until"].value(), form.fields["valid_until"].help_text) == (
        dt.date(2027, 4, 1),
        "现在到 4月1日",
    )
