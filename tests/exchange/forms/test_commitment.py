import datetime as dt
from decimal import Decimal

import pytest

from shuanglian.exchange import actions
from shuanglian.exchange.forms.commitment import ClaimForm, ConfirmForm, DeliverForm, RateForm, ShrinkForm
from tests.factories.exchange import OfferFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(monday, guanli, clerk, staff):
    """Five lathe operators are wanted by 20 March."""
    need = actions.post_need(
        guanli,
        by=clerk,
        detail="招 5 名车工",
        category="RC",
        quantity=Decimal(5),
        measure="人",
        expected_by=dt.date(2026, 3, 20),
    )
    return actions.accept_need(need, by=staff)


def test_claim_of_one_asks_for_the_day_alone(opened, handler, kejiju):
    form = ClaimForm(about=opened, user=handler)

    assert list(form.fields) == ["due", "plan"]
    assert (form["due"].value(), form.fields["due"].help_text) == (
        dt.date(2026, 3, 30),
        "一般 15 个工作日内办结",
    )
    sent = ClaimForm({"due": "2026-03-30"}, about=opened, user=handler)
    assert sent.is_valid()
    assert sent.terms() == {"due": dt.date(2026, 3, 30), "plan": "", "unit": kejiju}


def test_claim_of_many_asks_how_many_and_proposes_the_day_that_was_wished(many, other_handler):
    form = ClaimForm(about=many, user=other_handler)

    assert list(form.fields) == ["quantity", "due", "plan"]
    assert (form["quantity"].value(), form.fields["quantity"].help_text) == (
        "5",
        "还有 5 人没人认领；不填就是全部",
    )
    assert (form["due"].value(), form.fields["due"].help_text) == (
        dt.date(2026, 3, 20),
        "企业希望 3月20日前办好",
    )


def test_staff_choose_the_unit(opened, staff, kejiju, rsj):
    form = ClaimForm({"due": "2026-03-30"}, about=opened, user=staff)

    assert form.errors == {"unit": ["请选认领单位"]}
    assert set(form.fields["unit"].queryset) == {kejiju, rsj}


def test_own_offers_of_the_category_may_serve_the_claim(opened, offer, handler):
    form = ClaimForm(about=opened, user=handler)

    assert list(form.fields["offer_item"].queryset) == list(offer.items.all())


def test_an_own_offer_of_another_category_that_was_suggested_may_serve_the_claim(opened, offer, handler, rsj):
    own = OfferFactory(unit=offer.unit, category="YL").items.get()
    others = OfferFactory(unit=rsj, category="YL").items.get()

    def listed(named):
        return set(
            ClaimForm(about=opened, user=handler, initial={"offer_item": named}).fields["offer_item"].queryset
        )

    category = set(offer.items.all())
    assert listed(str(own.pk)) == category | {own}
    assert [listed(named) for named in (str(others.pk), "x", "9" * 40, "")] == [category] * 4

    form = ClaimForm({"due": "2026-03-30", "offer_item": own.pk}, about=opened, user=handler)
    assert (form.is_valid(), form.terms()["offer_item"]) == (True, own)


def test_a_unit_without_offers_of_the_category_still_finds_the_suggested_one(opened, handler, kejiju):
    own = OfferFactory(unit=kejiju, category="YL").items.get()

    assert "offer_item" not in ClaimForm(about=opened, user=handler).fields
    form = ClaimForm(about=opened, user=handler, initial={"offer_item": str(own.pk)})
    assert list(form.fields["offer_item"].queryset) == [own]


def test_claim_needs_a_day(opened, handler):
    assert ClaimForm({}, about=opened, user=handler).errors == {"due": ["请填写计划哪天办结"]}


def test_delivery_of_one_asks_for_no_quantity(promise, handler):
    form = DeliverForm({"happened_on": "2026-03-09", "note": "好了"}, about=promise, user=handler)

    assert form.is_valid()
    assert form.facts() == {"happened_on": dt.date(2026, 3, 9), "note": "好了", "finish": True, "checks": []}


def test_delivery_of_many_may_be_a_part(many, other_handler, rsj):
    row = actions.claim(many, by=other_handler, unit=rsj)
    form = DeliverForm(
        {"happened_on": "2026-03-09", "quantity": "2", "partial": "on"}, about=row, user=other_handler
    )

    assert form.fields["quantity"].help_text == "认领了 5 人"
    assert form.is_valid()
    assert form.facts() == {
        "happened_on": dt.date(2026, 3, 9),
        "quantity": Decimal(2),
        "note": "",
        "finish": False,
        "checks": [],
    }


def test_not_yet_needs_a_word(delivery, clerk):
    form = ConfirmForm({"verdict": "not_yet"}, about=delivery, user=clerk)

    assert form.errors == {"note": ["请写一句还差什么，对方好接着办"]}
    assert ConfirmForm({"verdict": "solved"}, about=delivery, user=clerk).is_valid()
    assert ConfirmForm({}, about=delivery, user=clerk).errors == {"verdict": ["请选已解决、部分解决或还没有"]}


def test_what_only_a_part_asks_for_does_not_stop_another_answer(many, other_handler, rsj, clerk):
    row = actions.claim(many, by=other_handler, unit=rsj)
    done = actions.record_delivery(row, by=other_handler, quantity=Decimal(5))
    given = {"accepted": "两三个", "complete": "on", "note": "都没来"}

    form = ConfirmForm({"verdict": "not_yet", **given}, about=done, user=clerk)
    assert (form.is_valid(), form.cleaned_data) == (True, {"verdict": "not_yet", "note": "都没来"})
    assert "accepted" in ConfirmForm({"verdict": "partly", **given}, about=done, user=clerk).errors


def test_rating_and_shrinking_say_what_is_missing(promise, handler):
    assert RateForm({}, about=promise, user=handler).errors == {
        "satisfaction": ["请选满意、基本满意或不满意"]
    }
    assert ShrinkForm({}, about=promise, user=handler).errors == {
        "quantity": ["请填写改成多少"],
        "note": ["请写明减少的理由"],
    }
