import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shuanglian.exchange import actions
from shuanglian.exchange.models import Commitment, Waiting
from tests.factories.directory import OrganizationFactory
from tests.people import give

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode()


@pytest.fixture
def full(offer, guanli, clerk):
    """Both places of the month are booked."""
    return [actions.book_offer(offer, by=clerk, organization=guanli) for _ in range(2)]


@pytest.fixture
def waiting(full, offer, haokun, other_clerk):
    item = offer.items.select_related("offer").get()
    return actions.join_waiting(item, by=other_clerk, organization=haokun)


@pytest.fixture
def asked(waiting, full, handler):
    actions.decline_booking(full[0], by=handler, note="专家出差")
    waiting.refresh_from_db()
    return waiting


def test_a_full_offer_offers_its_line(client, full, offer, other_clerk, haokun):
    client.force_login(other_clerk)
    page = text(client.get(f"/offers/{offer.pk}/"))
    assert ("排队等候" in page, f"/offers/{offer.pk}/book/" in page) == (True, False)
    assert "有名额空出来时按先后问您要不要" in text(client.get(f"/offers/{offer.pk}/wait/"))

    done = client.post(f"/offers/{offer.pk}/wait/", {"quantity": "1", "words": "下午最好"})

    assert (done.status_code, done["Location"]) == (303, f"/offers/{offer.pk}/")
    row = Waiting.objects.get()
    assert (row.organization, row.quantity, row.words, row.state) == (
        haokun,
        Decimal(1),
        "下午最好",
        "waiting",
    )
    page = text(client.get(f"/offers/{offer.pk}/"))
    assert "排队等候</a>" not in page
    assert ("排在第 1 位，有名额时先问您" in page, "不排了" in page, "现在有 1 家在排队。" in page) == (
        True,
        True,
        True,
    )
    assert "排在第 1 位，有名额时先问您" in text(client.get("/mine/"))


def test_pressing_twice_stands_in_line_once(client, waiting, offer, other_clerk):
    client.force_login(other_clerk)

    answer = client.post(f"/offers/{offer.pk}/wait/", {"quantity": "1"})

    assert (answer.status_code, Waiting.objects.count()) == (422, 1)
    page = text(answer)
    assert "您已经在排队：排在第 1 位，有名额时先问您。" in page
    assert f'<a href="/waiting/{waiting.pk}/leave_line/">不排了</a>' in page


def test_who_stands_in_line_reads_where_and_is_asked_for_nothing(client, asked, offer, other_clerk):
    client.force_login(other_clerk)

    page = text(client.get(f"/offers/{offer.pk}/wait/"))

    assert "您已经在排队：轮到了，请在 3月11日前答复。" in page
    assert (f'<a href="/waiting/{asked.pk}/take_place/">要，预约</a>' in page, 'name="quantity"' in page) == (
        True,
        False,
    )


def test_who_speaks_for_two_stands_for_the_other(client, waiting, offer, other_clerk, haokun, guanli):
    give(other_clerk, "enterprise_clerk", guanli.pk)
    client.force_login(other_clerk)
    assert "排队等候</a>" in text(client.get(f"/offers/{offer.pk}/"))

    client.post(f"/offers/{offer.pk}/wait/", {"quantity": "1"})

    assert list(Waiting.objects.order_by("pk").values_list("organization_id", flat=True)) == [
        haokun.pk,
        guanli.pk,
    ]
    assert "排队等候</a>" not in text(client.get(f"/offers/{offer.pk}/"))
    page = text(client.get(f"/offers/{offer.pk}/wait/"))
    assert f"{haokun}排在第 1 位，有名额时先问您；{guanli}排在第 2 位，前面还有 1 家" in page
    assert f"不排了（{guanli}）" in page


def test_the_page_says_what_is_kept(client, asked, offer, other_clerk, clerk):
    client.force_login(clerk)
    page = text(client.get(f"/offers/{offer.pk}/"))
    assert ("现在有 1 家在排队，1 次给轮到的留着，等答复。" in page, "本月还剩 0 次" in page) == (True, True)

    client.force_login(other_clerk)
    assert "给您留的是3月的名额；换到别的月份，要看那时还有没有" in text(
        client.get(f"/waiting/{asked.pk}/take_place/")
    )


@pytest.mark.parametrize(("name", "shown"), [("staff", True), ("handler", False)])
def test_the_office_answers_for_who_rings_up(client, request, asked, offer, name, shown):
    client.force_login(request.getfixturevalue(name))

    assert (f"/waiting/{asked.pk}/take_place/" in text(client.get(f"/offers/{offer.pk}/"))) is shown


def test_more_than_the_whole_is_refused_at_the_field(client, full, offer, other_clerk):
    client.force_login(other_clerk)

    answer = client.post(f"/offers/{offer.pk}/wait/", {"quantity": "3"})

    assert (answer.status_code, "数量要大于 0，最多 2 次" in text(answer)) == (422, True)
    assert 'value="3"' in text(answer)


def test_where_there_is_room_nobody_waits(client, offer, other_clerk):
    client.force_login(other_clerk)

    assert "现在还有名额，可以直接预约，不用排队。" in text(client.get(f"/offers/{offer.pk}/wait/"))


def test_a_paused_offer_has_no_line(client, full, offer, handler, other_clerk):
    actions.pause_offer(offer, by=handler)
    client.force_login(other_clerk)

    assert "这项资源现在是“暂停”，不能排队。" in text(client.get(f"/offers/{offer.pk}/wait/"))


def test_the_second_reads_who_is_ahead(client, waiting, offer, clerk, guanli):
    actions.join_waiting(offer.items.get(), by=clerk, organization=guanli)
    client.force_login(clerk)

    assert "排在第 2 位，前面还有 1 家" in text(client.get(f"/offers/{offer.pk}/"))


def test_who_was_asked_takes_the_place(client, asked, offer, other_clerk):
    client.force_login(other_clerk)
    page = text(client.get(f"/offers/{offer.pk}/"))
    assert ("轮到了，请在 3月11日前答复" in page, "要，预约" in page) == (True, True)

    done = client.post(f"/waiting/{asked.pk}/take_place/", {"wanted_on": "2026-03-20"})

    made = Commitment.objects.latest("pk")
    assert (done.status_code, done["Location"]) == (303, "/mine/")
    assert (made.state, made.due) == ("requested", dt.date(2026, 3, 20))
    again = client.post(f"/waiting/{asked.pk}/take_place/", {"wanted_on": "2026-03-20"})
    assert (again.status_code, Commitment.objects.count()) == (422, 3)


def test_a_day_too_early_is_said_at_the_field(client, asked, offer, other_clerk):
    offer.lead_days = 5
    offer.save()
    client.force_login(other_clerk)
    form = text(client.get(f"/waiting/{asked.pk}/take_place/"))
    assert ("要提前 5 个工作日，最早 3月16日" in form, 'value="2026-03-16"' in form) == (True, True)

    answer = client.post(f"/waiting/{asked.pk}/take_place/", {"wanted_on": "2026-03-10"})

    asked.refresh_from_db()
    assert (answer.status_code, asked.state) == (422, "asked")
    assert "要提前 5 个工作日预约，最早 3月16日" in text(answer)


def test_leaving_moves_the_line_up(client, asked, offer, other_clerk, clerk, guanli):
    behind = actions.join_waiting(offer.items.get(), by=clerk, organization=guanli)
    client.force_login(other_clerk)

    done = client.post(f"/waiting/{asked.pk}/leave_line/")

    behind.refresh_from_db()
    assert (done.status_code, behind.state) == (303, "asked")
    again = client.get(f"/waiting/{asked.pk}/leave_line/")
    assert "已经不在排队了。" in text(again)


def test_nobody_takes_a_place_before_being_asked(client, waiting, other_clerk):
    client.force_login(other_clerk)

    assert "还没有轮到，轮到时会告诉您。" in text(client.get(f"/waiting/{waiting.pk}/take_place/"))


@pytest.mark.parametrize(
    ("name", "status"), [("clerk", 404), ("handler", 404), ("staff", 200), ("stranger", 404)]
)
def test_whose_place_it_is(client, request, waiting, name, status):
    client.force_login(request.getfixturevalue(name))

    assert client.get(f"/waiting/{waiting.pk}/leave_line/").status_code == status


@pytest.mark.parametrize(("name", "shown"), [("clerk", False), ("handler", True), ("staff", True)])
def test_the_line_itself_is_for_the_unit_and_the_committee(client, request, waiting, offer, name, shown):
    client.force_login(request.getfixturevalue(name))
    page = text(client.get(f"/offers/{offer.pk}/"))

    assert ("第 1 位" in page, "昊坤" in page) == (shown, shown)


def test_the_public_reads_nothing_of_the_line(client, waiting, offer):
    page = text(client.get(f"/offers/{offer.pk}/"))

    assert ("排队" in page, "昊坤" in page) == (False, False)


def test_the_refusal_to_lower_has_a_code(offer, full, handler, kejiju):
    with pytest.raises(ValidationError) as refused:
        actions.save_offer(kejiju, by=handler, offer=offer, capacity=Decimal(1))

    assert refused.value.error_dict["capacity"][0].code == "promised"


def test_a_longer_line_asks_no_more(client, waiting, offer, staff):
    client.force_login(staff)

    def asked():
        with CaptureQueriesContext(connection) as seen:
            client.get(f"/offers/{offer.pk}/")
        return len(seen)

    asked()
    one = asked()
    for _ in range(3):
        Waiting.objects.create(
            county=offer.county, offer_item=waiting.offer_item, organization=OrganizationFactory(), by=staff
        )
    assert asked() == one
