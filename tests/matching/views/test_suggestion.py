import datetime as dt
import re

import pytest
from django.urls import reverse

from shuanglian.exchange.choices import MatchState, NeedState, Visibility
from shuanglian.exchange.models import Match, Need
from shuanglian.matching.queries.standing import Standing
from tests.factories.exchange import CommitmentFactory, NeedFactory, OfferFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def need(guanli, monday):
    return NeedFactory(
        organization=guanli, title="模具老是开裂，想找热处理专家", expected_by=dt.date(2026, 3, 19)
    )


@pytest.fixture
def offer(kejiju, standing):
    row = OfferFactory(unit=kejiju, title="热处理工艺专家进厂")
    standing.make()
    return row


def part(client, user, need):
    client.force_login(user)
    return client.get(reverse("matching.need_suggestions", args=[need.pk]), headers=HTMX).text


def pressed(text):
    """The acts that can be pressed, without what is said to screen readers only."""
    plain = re.sub(r'<span class="visually-hidden">.*?</span>', "", text)
    return [words.strip() for words in re.findall(r'<a class="btn[^>]*>([^<]*)</a>', plain)]


def test_the_page_of_a_need_fetches_its_suggestions(client, need, staff):
    client.force_login(staff)

    text = client.get(reverse("exchange.need", args=[need.pk])).text

    assert f'hx-get="{reverse("matching.need_suggestions", args=[need.pk])}"' in text


@pytest.mark.parametrize("who", [None, "other_clerk"])
def test_others_see_the_page_without_suggestions(client, need, who, request):
    if who:
        client.force_login(request.getfixturevalue(who))
    address = reverse("matching.need_suggestions", args=[need.pk])

    assert address not in client.get(reverse("exchange.need", args=[need.pk])).text
    assert client.get(address).status_code == (403 if who else 302)


def test_who_may_not_see_the_need_finds_nothing(client, need, offer, handler):
    Need.objects.filter(pk=need.pk).update(visibility=Visibility.STAFF)
    client.force_login(handler)

    assert client.get(reverse("matching.need_suggestions", args=[need.pk])).status_code == 404


@pytest.mark.parametrize(
    ("who", "acts"),
    [
        ("staff", ["商请这家单位", "这项不合适"]),
        ("handler", ["用这项资源认领", "这项不合适"]),
        ("other_handler", ["转给这家单位"]),
        ("clerk", ["预约这项资源", "这项不合适"]),
        ("auditor", []),
    ],
)
def test_one_press_leads_to_the_act_that_each_has(client, need, offer, who, acts, request):
    text = part(client, request.getfixturevalue(who), need)

    assert "热处理工艺专家进厂" in text
    assert pressed(text) == acts


def test_every_press_opens_the_form_with_what_is_known(client, need, offer, staff, handler, clerk):
    for user, known in (
        (staff, f'value="{offer.unit.pk}" selected'),
        (handler, f'value="{offer.items.get().pk}" selected'),
        (clerk, f"用于需求 {need.number}"),
    ):
        href = re.search(r'class="btn btn-soft" href="([^"]+)"', part(client, user, need))[1]

        form = client.get(href.replace("&amp;", "&"), headers=HTMX)

        assert (form.status_code, known in form.text) == (200, True)


def test_where_everything_is_promised_nothing_more_is_suggested(client, need, offer, staff):
    CommitmentFactory(need=need)

    text = part(client, staff, need)

    assert "都有人认领了，不用再推荐" in text
    assert pressed(text) == []


def test_without_scripts_it_is_a_page_of_its_own(client, need, offer, staff):
    client.force_login(staff)

    text = client.get(reverse("matching.need_suggestions", args=[need.pk])).text

    assert "<h1>哪些共享资源合适</h1>" in text
    assert "热处理工艺专家进厂" in text


def test_where_nothing_fits_it_goes_to_a_person(client, need, standing, staff, kejiju):
    OfferFactory(unit=kejiju, title="共享会议室", category="WT")
    standing.make()

    text = part(client, staff, need)

    assert "没有合适的资源，转人工" in text
    assert "<summary>最接近的 1 项，供参考</summary>" in text
    assert pressed(text)[0] == "自己挑单位商请"


def test_words_alone_are_said_to_be_coarser(client, need, standing, staff, monkeypatch):
    monkeypatch.setattr(standing, "_open_encoder", lambda: None)
    standing.make()

    assert "推荐暂按字词匹配" in part(client, staff, need)


def test_while_the_index_is_being_made_the_part_asks_again(client, need, standing, staff, monkeypatch):
    monkeypatch.setattr(standing, "_open_encoder", lambda: None)
    standing.make()
    monkeypatch.setattr(Standing, "is_being_made", True)

    text = part(client, staff, need)

    assert "推荐刚开始准备" in text
    assert 'hx-trigger="load delay:3s"' in text


def test_without_an_index_the_page_lives(client, need, standing, staff, kejiju, monkeypatch):
    monkeypatch.setattr(standing, "use", lambda question: None)

    text = part(client, staff, need)

    assert "推荐暂时用不了" in text
    assert "县科技局" in text


def test_a_need_before_review_says_what_its_words_speak_for(client, need, offer, staff):
    Need.objects.filter(pk=need.pk).update(category="", state=NeedState.DRAFT)
    Need.objects.filter(pk=need.pk).update(category="ZZ", state=NeedState.SUBMITTED)

    assert "按内容看，更像“科技创新”类" in part(client, staff, need)


# ---- 这项不合适 ----


def declining(need, offer):
    return reverse("matching.decline", args=[need.pk, offer.pk])


def test_declining_asks_why_and_returns_to_the_need(client, need, offer, staff):
    client.force_login(staff)
    address = declining(need, offer)

    assert "不是一回事" in client.get(address, headers=HTMX).text
    assert "这项不合适？" in client.get(address).text
    answer = client.post(address, {"why": "subject", "words": ""})

    assert (answer.status_code, answer.headers["Location"]) == (303, reverse("exchange.need", args=[need.pk]))
    assert Match.objects.get().state == MatchState.DECLINED
    assert "说过不合适的 1 项" in part(client, staff, need)


def test_declining_by_htmx_sends_the_browser_on(client, need, offer, staff):
    client.force_login(staff)

    answer = client.post(declining(need, offer), {"why": "subject"}, headers=HTMX)

    assert answer.headers["HX-Redirect"] == reverse("exchange.need", args=[need.pk])


@pytest.mark.parametrize("given", [{}, {"why": "nonsense"}, {"why": "other", "words": " "}])
def test_declining_without_a_reason_comes_back_with_the_form(client, need, offer, staff, given):
    client.force_login(staff)

    answer = client.post(declining(need, offer), given)

    assert answer.status_code == 422
    assert "有 1 处要改" in answer.text
    assert Match.objects.count() == 0


@pytest.mark.parametrize("who", ["other_handler", "auditor"])
def test_who_has_no_say_cannot_decline(client, need, offer, who, request):
    client.force_login(request.getfixturevalue(who))

    assert client.post(declining(need, offer), {"why": "subject"}).status_code == 403


# ---- the other direction ----


def test_the_page_of_an_offer_fetches_the_needs_it_could_serve(client, need, offer, handler):
    client.force_login(handler)
    address = reverse("matching.offer_needs", args=[offer.pk])

    assert f'hx-get="{address}"' in client.get(reverse("exchange.offer", args=[offer.pk])).text
    text = client.get(address, headers=HTMX).text
    assert "模具老是开裂" in text
    assert pressed(text) == ["认领"]


def test_who_does_not_keep_the_offer_does_not_see_them(client, need, offer, clerk):
    client.force_login(clerk)
    address = reverse("matching.offer_needs", args=[offer.pk])

    assert address not in client.get(reverse("exchange.offer", args=[offer.pk])).text
    assert client.get(address).status_code == 403


def test_a_units_desk_names_the_needs_its_offers_could_serve(client, need, offer, handler):
    client.force_login(handler)
    address = reverse("matching.unit_needs")

    assert f'hx-get="{address}"' in client.get(reverse("web.home")).text
    assert "可用“热处理工艺专家进厂”" in client.get(address, headers=HTMX).text


def test_without_needs_it_says_so(client, standing, handler):
    standing.make()
    client.force_login(handler)

    assert "现在没有等认领的需求对得上" in client.get(reverse("matching.unit_needs"), headers=HTMX).text


def test_without_an_index_it_says_so(client, need, offer, handler, standing, monkeypatch):
    monkeypatch.setattr(standing, "use", lambda question: None)
    client.force_login(handler)

    assert "推荐暂时用不了" in client.get(reverse("matching.unit_needs"), headers=HTMX).text


# ---- the category while typing ----


@pytest.mark.parametrize(
    ("typed", "category", "said"),
    [
        ("模具老是开裂，淬火总不合格，想找热处理专家", "YL", "改成“科技创新”"),
        ("模具老是开裂，淬火总不合格，想找热处理专家", "", "就选“科技创新”"),
        ("模具老是开裂，淬火总不合格，想找热处理专家", "KJ", ""),
        ("  \0 ", "", ""),
    ],
)
def test_another_category_is_proposed_while_typing(client, offer, clerk, typed, category, said):
    client.force_login(clerk)

    text = client.get(reverse("matching.category_hint"), {"detail": typed, "category": category}).text

    assert said in text
    assert ("data-fill" in text) == bool(said)


def test_the_form_asks_for_it(client, clerk):
    client.force_login(clerk)

    text = client.get(reverse("exchange.post"), {"text": "模具老是开裂"}).text

    assert f'hx-get="{reverse("matching.category_hint")}"' in text
