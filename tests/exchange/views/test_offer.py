import datetime as dt

import pytest

from shuanglian.exchange import actions
from shuanglian.exchange.choices import Availability, CommitmentState, OfferState
from shuanglian.exchange.models import Commitment, Offer
from tests.factories.exchange import OfferFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
GIVEN = {
    "title": "专家入企",
    "category": "KJ",
    "capacity": "2",
    "measure": "次",
    "period": "month",
    "visibility": "public",
    "standing": "on",
}
PEOPLE = (
    "staff",
    "clerk",
    "other_clerk",
    "handler",
    "other_handler",
    "instructor",
    "liaison",
    "auditor",
    "stranger",
)


def text(answer):
    return answer.content.decode()


def test_hall_is_open_to_everybody_and_booking_to_enterprises(client, offer, clerk, handler):
    page = text(client.get("/offers/"))
    assert ("专家入企" in page, "本月还剩 2 次" in page, "/book/" in page) == (True, True, False)
    client.force_login(clerk)
    assert f'href="/offers/{offer.pk}/book/"' in text(client.get("/offers/"))
    client.force_login(handler)
    page = text(client.get("/offers/"))
    assert (f'href="/offers/{offer.pk}/book/"' in page, "发布资源" in page) == (False, True)


def test_hall_answers_htmx_with_its_own_part(client, offer):
    part = text(client.get("/offers/", headers=HTMX))

    assert (part.lstrip().startswith('<div id="hall"'), "<html" in part) == (True, False)


def test_contact_is_for_people_who_signed_in(client, offer, clerk):
    Offer.objects.update(contact_phone="13900000000", contact_name="赵工")
    assert "13900000000" not in text(client.get(f"/offers/{offer.pk}/"))
    client.force_login(clerk)
    assert "tel:13900000000" in text(client.get(f"/offers/{offer.pk}/"))


def test_what_is_not_published_is_hidden(client, handler, other_handler, clerk, staff, kejiju):
    row = OfferFactory(unit=kejiju, state=OfferState.SUBMITTED)
    seen = {}
    for user in (handler, other_handler, clerk, staff):
        client.force_login(user)
        seen[user.username] = client.get(f"/offers/{row.pk}/").status_code
    assert seen == {"kejiju": 200, "renshe": 404, "guanli": 404, "wangxiaolan": 200}
    client.logout()
    assert client.get(f"/offers/{row.pk}/").status_code == 404


ACTS = {  # act → (what is typed, who may)
    "book": (
        {"quantity": "1", "wanted_on": "2026-03-20", "organization": "冠力集团"},
        {"staff", "clerk", "other_clerk", "instructor"},
    ),
    "pause": ({}, {"staff", "handler"}),
    "renew": ({"valid_until": "2027-03-01"}, {"staff", "handler"}),
    "take_down": ({}, {"staff", "handler"}),
    "return": ({"note": "请写清条件"}, {"staff"}),
    "publish": ({}, {"staff"}),
}


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("act", ACTS)
def test_who_may_do_what(client, request, offer, guanli, act, name):
    typed, may = ACTS[act]
    client.force_login(request.getfixturevalue(name))
    answer = client.post(f"/offers/{offer.pk}/{act}/", typed)

    # a published offer is neither published nor returned again: those who might read why not
    allowed = 422 if act in ("return", "publish") else 303
    assert answer.status_code == (allowed if name in may else 403)


@pytest.mark.parametrize(
    ("name", "status"),
    [("handler", 200), ("staff", 200), ("clerk", 403), ("stranger", 403), ("auditor", 403)],
)
def test_who_may_write_an_offer(client, request, name, status):
    client.force_login(request.getfixturevalue(name))

    assert client.get("/offers/new/").status_code == status


def test_an_offer_is_written_reviewed_and_published(client, monday, handler, staff, kejiju):
    client.force_login(handler)
    answer = client.post("/offers/new/", GIVEN)
    row = Offer.objects.get()
    assert (answer.status_code, answer["Location"], row.state, row.unit) == (
        303,
        f"/offers/{row.pk}/",
        OfferState.SUBMITTED,
        kejiju,
    )

    client.force_login(staff)
    assert "审核通过并开放" in text(client.get(f"/offers/{row.pk}/"))
    assert client.post(f"/offers/{row.pk}/return/", {"note": "请写清条件"}).status_code == 303
    client.force_login(handler)
    assert "请写清条件" in text(client.get(f"/offers/{row.pk}/"))
    client.post(f"/offers/{row.pk}/edit/", {**GIVEN, "terms": "全县锻造企业"})
    client.force_login(staff)
    client.post(f"/offers/{row.pk}/publish/")
    row.refresh_from_db()
    assert (row.state, row.terms, row.number) == (OfferState.PUBLISHED, "全县锻造企业", "GX20260001")


def test_a_draft_waits(client, monday, handler):
    client.force_login(handler)
    client.post("/offers/new/", {**GIVEN, "then": "draft"})

    assert Offer.objects.get().state == OfferState.DRAFT


def test_nothing_typed_is_lost_on_faults(client, monday, handler):
    client.force_login(handler)
    answer = client.post("/offers/new/", {**GIVEN, "standing": "", "capacity": "许多"})
    page = text(answer)

    assert answer.status_code == 422
    assert [
        s in page
        for s in ("只能填数字，例如 5", "请写有效期，或选“长期有效”", 'value="许多"', 'value="专家入企"')
    ] == [True] * 4


def test_capacity_does_not_fall_below_what_is_promised(client, booking, offer, handler, clerk, guanli):
    actions.book_offer(offer, by=clerk, organization=guanli)
    client.force_login(handler)
    answer = client.post(f"/offers/{offer.pk}/edit/", {**GIVEN, "capacity": "1"})

    assert (answer.status_code, "不能改得更少" in text(answer)) == (422, True)


def test_an_offer_pauses_and_goes_on(client, offer, handler, clerk):
    client.force_login(handler)
    client.post(f"/offers/{offer.pk}/pause/")
    assert Offer.objects.get().availability == Availability.PAUSED
    client.force_login(clerk)
    page = text(client.get(f"/offers/{offer.pk}/book/"))
    assert ("这项资源现在不能预约：已暂停、下架或过了有效期。" in page, "确认预约" in page) == (True, False)

    client.force_login(handler)
    assert "恢复预约" in text(client.get(f"/offers/{offer.pk}/"))
    client.post(f"/offers/{offer.pk}/resume/")
    assert Offer.objects.get().availability == Availability.OPEN


def test_an_offer_is_taken_down_and_put_up_again(client, offer, handler):
    client.force_login(handler)
    client.post(f"/offers/{offer.pk}/take_down/")
    assert Offer.objects.get().state == OfferState.WITHDRAWN
    assert "重新上架" in text(client.get(f"/offers/{offer.pk}/"))
    client.post(f"/offers/{offer.pk}/restore/")
    assert Offer.objects.get().state == OfferState.SUBMITTED


def test_an_enterprise_books(client, offer, clerk, guanli):
    client.force_login(clerk)
    answer = client.post(
        f"/offers/{offer.pk}/book/", {"quantity": "1", "wanted_on": "2026-03-20", "words": "两套模具"}
    )

    row = Commitment.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, "/mine/")
    assert (row.state, row.due, row.need.organization, row.need.detail) == (
        CommitmentState.REQUESTED,
        dt.date(2026, 3, 20),
        guanli,
        "两套模具",
    )
    assert "预约：专家入企" in text(client.get("/mine/"))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"quantity": "3", "wanted_on": "2026-03-20"}, "现在只剩 2 次，请改小一些"),
        ({"quantity": "1", "wanted_on": "2026-03-01"}, "日期不能早于今天"),
        ({"quantity": "1"}, "请填写哪一天"),
        ({"quantity": "", "wanted_on": "2026-03-20"}, "请填写预约多少（次）"),
    ],
)
def test_booking_faults_stand_at_their_fields(client, offer, clerk, typed, sentence):
    client.force_login(clerk)
    for headers in ({}, HTMX):
        answer = client.post(f"/offers/{offer.pk}/book/", typed, headers=headers)
        assert (answer.status_code, f"<span>{sentence}</span>" in text(answer)) == (422, True)


def test_who_books_too_late_reads_what_else_there_is(client, booking, offer, clerk, guanli):
    actions.book_offer(offer, by=clerk, organization=guanli)
    near = OfferFactory(title="另一位专家")
    client.force_login(clerk)
    answer = client.post(f"/offers/{offer.pk}/book/", {"quantity": "1", "wanted_on": "2026-03-20"})
    page = text(answer)

    assert answer.status_code == 422
    assert "这段时间已经约满了。可以换个时间再约、排队等候，或看看相近的 1 项。" in page
    assert f'href="/offers/{near.pk}/">另一位专家' in page


def test_the_townships_an_offer_serves_are_ticked(client, offer, handler, clerk, town, other_town):
    client.force_login(handler)
    form = client.get(f"/offers/{offer.pk}/edit/").content.decode()
    assert ("服务哪些乡镇" in form, f'name="divisions" value="{town.pk}"' in form) == (True, True)
    typed = {
        "title": offer.title,
        "category": "KJ",
        "capacity": "2",
        "measure": "次",
        "period": "month",
        "standing": "on",
        "visibility": "public",
        "divisions": [other_town.pk],
    }

    assert client.post(f"/offers/{offer.pk}/edit/", typed).status_code == 303
    assert list(offer.divisions.all()) == [other_town]
    client.force_login(clerk)
    page = client.get(f"/offers/{offer.pk}/book/").content.decode()
    assert (
        f"这项资源只服务{other_town.name}，冠力集团在{town.name}" in page,
        'name="wanted_on"' in page,
    ) == (
        True,
        False,
    )


def test_an_offer_for_other_townships_says_so_instead_of_a_button(
    client, offer, clerk, staff, town, other_town
):
    offer.divisions.set([other_town])
    seen = {}
    for user in (clerk, staff):
        client.force_login(user)
        hall, page = text(client.get("/offers/")), text(client.get(f"/offers/{offer.pk}/"))
        seen[user.username] = (
            f"只服务{other_town.name}" in hall,
            f"不服务{town.name}" in hall,
            f"/offers/{offer.pk}/book/" in hall,
            f"/offers/{offer.pk}/book/" in page,
            f"您在{town.name}，不能预约" in page,
            ">可预约<" in hall,
            ">可预约<" in page,
        )
    assert seen == {
        "guanli": (True, True, False, False, True, False, False),
        "wangxiaolan": (True, False, True, True, False, True, True),
    }
