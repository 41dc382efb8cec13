"""Needs and promises at the usual points of their way."""

from decimal import Decimal

import pytest

from shuanglian.exchange import actions


@pytest.fixture(autouse=True)
def set_up(request):
    """Every county that was set up has the account that jobs act as; what follows from a claim is written by it."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("system")


@pytest.fixture
def submitted(monday, guanli, clerk):
    """冠力集团 asks for a heat-treatment expert; not yet accepted."""
    return actions.post_need(guanli, by=clerk, detail="模具寿命短，想找热处理专家", category="KJ")


@pytest.fixture
def opened(submitted, staff):
    return actions.accept_need(submitted, by=staff)


@pytest.fixture
def promise(opened, kejiju, handler):
    """县科技局 has claimed it."""
    return actions.claim(opened, by=handler, unit=kejiju)


@pytest.fixture
def delivery(promise, handler):
    return actions.record_delivery(promise, by=handler, note="专家到厂看过")


@pytest.fixture
def offer(monday, kejiju, handler, staff):
    """县科技局 opens two expert visits a month."""
    row = actions.post_offer(
        kejiju,
        by=handler,
        title="专家入企",
        category="KJ",
        standing=True,
        period="month",
        capacity=Decimal(2),
    )
    return actions.publish_offer(row, by=staff)


@pytest.fixture
def booking(offer, guanli, clerk):
    return actions.book_offer(offer, by=clerk, organization=guanli)
