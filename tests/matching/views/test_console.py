import re

import pytest
from django.urls import reverse

from shuanglian.exchange import actions as exchange
from shuanglian.exchange.models import Match, Offer
from shuanglian.matching import actions
from shuanglian.matching.models import PlanChoice
from shuanglian.matching.queries.console import PAGE
from tests.factories.exchange import NeedFactory, OfferFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def item(row):
    return row.items.get().pk


def test_the_console_says_what_was_planned_and_why_not_the_first(desk):
    body = text(desk.get("/console/"))

    assert "<b>2</b> / 3 项" in body
    assert "县人社局：热处理培训班（较合适）" in body
    assert "第一名 县科技局“技改专家入企”，留给“炉温控不住”，整体更合适" in body
    assert "多安排 1 项，合适程度高 84%" in body
    assert "刚刚算出" in body


def test_no_fit_is_ever_a_bare_number(desk):
    body = text(desk.get("/console/"))

    assert sorted(re.findall(r'class="sl-level[^>]*>([^<]*)<', body)) == ["很合适", "较合适"]
    assert re.findall(r"（([^）]*)）</option>", body) == ["很合适", "较合适", "很合适"]


def test_what_nothing_fits_comes_first_with_one_act(desk, road):
    body = text(desk.get("/console/"))

    assert "1 项没有合适的资源，请您处理" in body
    assert f'href="/needs/{road.pk}/propose/?next=/console/"' in body
    assert body.index("厂区道路硬化") < body.index("分派方案")


def test_before_the_first_plan_the_console_says_what_to_do(client, county, staff):
    client.force_login(staff)
    body = text(client.get("/console/"))

    assert "还没有算过方案" in body
    assert "计算方案" in body


def test_working_out_again_answers_in_place_or_goes_back(desk):
    assert "已重新计算" in text(desk.post("/console/plan/", {"show": "alt"}, headers=HTMX))

    answer = desk.post("/console/plan/", {"next": "/console/?show=alt"})
    assert (answer.status_code, answer["Location"]) == (302, "/console/?show=alt")


def test_the_way_back_stays_in_the_house(desk):
    assert desk.post("/console/plan/", {"next": "https://elsewhere.example/"})["Location"] == "/console/"


def test_much_to_compare_says_so_and_looks_again(desk, county, staff, monkeypatch):
    monkeypatch.setattr("shuanglian.matching.actions.plan.AT_ONCE", -1)
    county.whole = False
    body = text(desk.post("/console/plan/", headers=HTMX))
    assert "正在后台计算" not in body  # nothing has changed: nothing to compare

    monkeypatch.setattr("shuanglian.matching.queries.plan.shelf_of", lambda county: "another")
    monkeypatch.setattr("shuanglian.matching.actions.plan.shelf_of", lambda county: "another")
    body = text(desk.post("/console/plan/", headers=HTMX))
    assert "正在后台计算，算完自动更新" in body
    assert 'hx-trigger="load delay:4s"' in body


def test_what_cannot_be_booked_is_no_choice(desk, moulds, expert, class_):
    Offer.objects.filter(pk=expert.pk).update(availability="paused")
    body = text(desk.get(f"/console/lines/{item(moulds)}/why/"))
    assert "技改专家入企" in body  # what it was to have stays to be seen

    Offer.objects.filter(pk=expert.pk).update(availability="open")
    Offer.objects.filter(pk=class_.pk).update(state="withdrawn")
    line = text(desk.get("/console/")).split("炉温控不住</a>")[1].split("</select>")[0]
    assert "热处理培训班" not in line


# ---- what the county cannot serve ----


@pytest.fixture
def paving(plan, county, road, city_lab, staff):
    """The city can pave 昊坤集团's road."""
    row = OfferFactory(unit=city_lab, title="厂区道路硬化支持", category="JC")
    county.fits[road.pk] = [(row, 0.7)]
    actions.make_plan("140921", by=staff, patient=True)
    return row


def test_what_the_city_has_stands_apart_with_the_reason(desk, paving):
    body = text(desk.get("/console/"))

    assert "<b>3</b> / 3 项" in body
    assert "市级、省级 1 项" in body
    apart = body.index("请市级、省级单位的")
    assert body.index("厂区道路硬化</a>") > apart > body.index("炉温控不住</a>")
    assert "（市级）忻州市锻压技术中心：厂区道路硬化支持（较合适）" in body
    assert "本县没有合适的，用市级资源" in body
    assert "市级单位，由工委联系" in body


def test_what_the_city_has_stands_on_the_first_page_alone(desk, paving, county, class_, staff):
    needs = [NeedFactory() for _ in range(PAGE)]
    county.fits |= {need.pk: [(class_, 0.9)] for need in needs}
    class_.items.update(capacity=100)
    actions.make_plan("140921", by=staff, patient=True)
    block = "请市级、省级单位的</h2>"
    pages = [text(desk.get(f"/console/?page={page}")) for page in (1, 2)]

    assert sum("炉温控不住</a>" in page for page in pages) == 1
    assert [block in page for page in pages] == [True, False]
    assert block not in text(desk.get("/console/?page=99"))


def test_only_those_of_the_city_can_be_listed(desk, paving):
    body = text(desk.get("/console/?show=above"))

    assert ("厂区道路硬化</a>" in body, "炉温控不住</a>" in body) == (True, False)


def test_what_the_county_can_serve_is_not_asked_of_the_city(desk, county, furnace, expert, city_lab, staff):
    county.fits[furnace.pk] = [(expert, 0.86), (OfferFactory(unit=city_lab), 0.99)]
    actions.make_plan("140921", by=staff, patient=True)

    assert "请市级、省级单位的" not in text(desk.get("/console/"))


def test_a_unit_of_the_city_is_sent_to_the_office_to_ring(desk, paving, road, city_lab):
    assert "市级，由您去联系" in text(desk.get("/console/send/"))

    body = text(desk.post("/console/send/", {f"line-{item(road)}": item(paving)}, follow=True))

    assert "已发给单位 1 项，等答复；1 项是市级、省级单位，请您去联系，都在“待我办理”里" in body
    match = Match.objects.get(unit=city_lab)
    assert (match.state, match.offer_item) == ("invited", paving.items.get())


def test_who_is_to_be_rung_up_counts_what_was_sent(desk, paving, road, moulds, class_, handler, kejiju):
    exchange.claim(road, by=handler, unit=kejiju)
    form = {f"line-{item(road)}": item(paving), f"line-{item(moulds)}": item(class_)}
    body = desk.post("/console/send/", form).content.decode()

    assert [m.unit for m in Match.objects.filter(origin="staff")] == [class_.unit]
    assert ("已发给单位 1 项，等答复" in body, "请您去联系" in body) == (True, False)


def test_where_only_the_city_can_serve_the_plan_says_where_to_look(
    desk, paving, moulds, furnace, handler, kejiju
):
    for need in (moulds, furnace):
        exchange.claim(need, by=handler, unit=kejiju)
    body = text(desk.get("/console/"))

    assert ("本县的资源还没有用得上的" in body, "没有“全部建议”" in body) == (True, False)
    assert "厂区道路硬化</a>" in body


# ---- decisions ----


def test_choosing_another_offer_shows_it_as_changed_by_hand_with_the_way_back(desk, moulds, expert):
    field = {f"offer-{item(moulds)}": item(expert)}
    body = text(desk.post(f"/console/lines/{item(moulds)}/change/", field, headers=HTMX))

    assert "“模具寿命短”已改派" in body
    assert "手动改过" in body
    assert f'formaction="/console/lines/{item(moulds)}/release/"' in body

    body = text(desk.post(f"/console/lines/{item(moulds)}/release/", headers=HTMX))
    assert "手动改过　" not in body
    assert "县人社局：热处理培训班（较合适）" in body


def test_too_much_is_warned_of_and_not_forbidden(desk, moulds, expert, kejiju):
    kejiju.monthly_capacity = 1
    kejiju.save()
    field = {f"offer-{item(moulds)}": item(expert)}
    body = text(desk.post(f"/console/lines/{item(moulds)}/change/", field, headers=HTMX))

    assert "县科技局本月还能接 1 项，方案里有 2 项，超出 1 项" in body
    assert "超出 1 项，请改派或先和单位商量" in body
    assert "这家单位本月超出，先商量好再发" in body


def test_a_line_can_be_left_for_now(desk, furnace):
    body = text(
        desk.post(f"/console/lines/{item(furnace)}/change/", {f"offer-{item(furnace)}": "0"}, headers=HTMX)
    )

    assert "“炉温控不住”先不分派" in body
    assert PlanChoice.objects.get().kind == "leave"


def test_locking_and_unlocking(desk, moulds):
    assert 'aria-pressed="true"' in text(desk.post(f"/console/lines/{item(moulds)}/lock/", headers=HTMX))
    assert 'aria-pressed="true"' not in text(
        desk.post(f"/console/lines/{item(moulds)}/release/", headers=HTMX)
    )


def test_an_offer_is_no_longer_suggested_and_then_again(desk, moulds, class_):
    body = text(desk.post(f"/console/lines/{item(moulds)}/bar/", {"bar": item(class_)}, headers=HTMX))
    assert "有 1 项您选了不再建议" in body

    assert "不再排除" in text(desk.post(f"/console/lines/{item(moulds)}/unbar/", headers=HTMX))


@pytest.mark.parametrize("value", ["", "x", "999999", "9" * 30])
def test_nonsense_is_refused_in_place(desk, moulds, value):
    body = text(
        desk.post(f"/console/lines/{item(moulds)}/change/", {f"offer-{item(moulds)}": value}, headers=HTMX)
    )

    assert "这项资源已经没有了，请重新计算。" in body
    assert PlanChoice.objects.count() == 0


def test_a_decision_without_scripts_returns_to_the_page(desk, moulds):
    answer = desk.post(f"/console/lines/{item(moulds)}/lock/", {"next": "/console/?page=1"}, follow=True)

    assert answer.redirect_chain == [("/console/?page=1", 302)]
    assert "“模具寿命短”已锁定" in answer.content.decode()


def test_decisions_are_written_down(desk, moulds, class_):
    desk.post(f"/console/lines/{item(moulds)}/lock/")
    desk.post(f"/console/lines/{item(moulds)}/release/")
    body = text(desk.get("/console/changes/"))

    assert "锁定" in body
    assert "已收回" in body
    assert "王晓岚" in body


# ---- the world goes on ----


def test_a_need_claimed_meanwhile_is_not_shown_and_the_page_says_so(desk, furnace, kejiju, handler):
    exchange.claim(furnace, by=handler, unit=kejiju)
    body = text(desk.get("/console/"))

    assert "有 1 项已经有单位认领、正在等答复或结束了，不再列出" in body
    assert f'id="l{item(furnace)}"' not in body


def test_an_offer_that_was_paused_meanwhile_is_marked_and_not_sent(desk, class_, moulds):
    Offer.objects.filter(pk=class_.pk).update(availability="paused")

    assert "这项资源现在不能预约，请换一项或重新计算" in text(desk.get("/console/"))
    assert f'name="line-{item(moulds)}"' not in text(desk.get("/console/send/"))


def test_a_need_that_came_meanwhile_is_announced(desk, opened):
    assert "新来了 1 项，还没排进来" in text(desk.get("/console/"))


# ---- reasons ----


def test_the_reasons_stand_side_by_side(desk, moulds, standing):
    standing.make()
    body = text(desk.get(f"/console/lines/{item(moulds)}/why/", headers=HTMX))

    assert "县人社局：热处理培训班" in body
    assert "方案里用的" in body
    assert "县科技局：技改专家入企" in body
    assert "“科技创新”是这家单位的主责" in body
    assert "“科技创新”是这家单位的主责" in text(desk.get(f"/console/lines/{item(moulds)}/why/"))


def test_a_line_that_is_not_in_the_plan_has_no_reasons(desk, standing):
    assert desk.get("/console/lines/999999/why/").status_code == 404


# ---- who ----


@pytest.mark.parametrize("who", ["handler", "clerk", "liaison", "auditor", "secadmin", "township_clerk"])
def test_only_staff_come_in(client, plan, moulds, request, who):
    client.force_login(request.getfixturevalue(who))
    pages = ["/console/", "/console/changes/", "/console/send/", f"/console/lines/{item(moulds)}/why/"]
    acts = ["/console/plan/", "/console/send/", f"/console/lines/{item(moulds)}/lock/"]

    assert [client.get(page).status_code for page in pages] == [403] * 4
    assert [client.post(act).status_code for act in acts] == [403] * 3
    assert PlanChoice.objects.count() == 0


def test_the_console_asks_as_many_questions_for_many_lines_as_for_few(
    desk, county, expert, class_, staff, django_assert_max_num_queries
):
    from tests.factories.exchange import NeedFactory  # noqa: PLC0415

    for _ in range(20):
        need = NeedFactory()
        county.fits[need.pk] = [(class_, 0.75), (expert, 0.72)]
    actions.make_plan("140921", by=staff)
    desk.get("/console/")

    with django_assert_max_num_queries(45):
        desk.get(reverse("matching.console"))
