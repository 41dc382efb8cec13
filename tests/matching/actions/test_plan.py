import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.core.audit import history
from shuanglian.exchange import actions as exchange
from shuanglian.exchange.models import Match, Need
from shuanglian.matching import actions
from shuanglian.matching.actions.lexicon import add_entry
from shuanglian.matching.models import Plan, PlanChoice, PlanLine

pytestmark = pytest.mark.django_db
COUNTY = "140921"


def planned():
    """Need → offer of the plan as it was worked out."""
    rows = PlanLine.objects.select_related("need_item__need", "offer_item__offer").order_by("need_item_id")
    return {row.need_item.need.title: row.offer_item and row.offer_item.offer.title for row in rows}


def line(need):
    return need.items.get()


def item(offer):
    return offer.items.get()


@pytest.fixture
def plan(county, staff):
    return actions.make_plan(COUNTY, by=staff)


def test_the_plan_gives_the_expert_to_whom_nobody_else_can_help(plan):
    assert planned() == {"模具寿命短": "热处理培训班", "炉温控不住": "技改专家入企", "厂区道路硬化": None}
    assert (plan.planned, plan.first_planned, plan.gap) == (2, 1, 0)
    assert plan.total > plan.first_total


def test_why_not_the_first_choice_is_kept(plan, moulds, furnace, road, expert):
    kept = {
        row.need_item: (row.miss, row.missed, row.holders)
        for row in PlanLine.objects.select_related("need_item")
    }
    assert kept == {
        line(moulds): ("better", item(expert).pk, [line(furnace).pk]),
        line(furnace): ("", None, []),
        line(road): ("nothing", None, []),
    }


def test_the_more_urgent_need_gets_the_expert(county, moulds, furnace, class_, expert, staff):
    county.fits[furnace.pk] = [(expert, 0.86), (class_, 0.78)]
    Need.objects.filter(pk=moulds.pk).update(urgency="critical")
    actions.make_plan(COUNTY, by=staff)

    assert planned()["模具寿命短"] == "技改专家入企"
    assert PlanLine.objects.get(need_item=line(furnace)).miss == "urgent"


def test_a_unit_is_asked_no_more_than_its_month_allows(county, furnace, kejiju, staff):
    kejiju.monthly_capacity = 0
    kejiju.save()
    actions.make_plan(COUNTY, by=staff)

    assert planned()["炉温控不住"] is None
    assert PlanLine.objects.get(need_item=line(furnace)).miss == "month"


def test_texts_are_compared_once(plan, county, staff, moulds):
    county.asked.clear()
    actions.make_plan(COUNTY, by=staff)
    assert county.asked == []

    Need.objects.filter(pk=moulds.pk).update(detail="热锻模具，H13 钢")
    actions.make_plan(COUNTY, by=staff)
    assert county.asked == ["模具寿命短"]


def test_another_offer_means_another_look_at_all(plan, county, staff, class_):
    county.asked.clear()
    class_.title = "热处理工培训班"
    class_.save()
    actions.make_plan(COUNTY, by=staff)

    assert sorted(county.asked) == ["厂区道路硬化", "模具寿命短", "炉温控不住"]


def test_what_was_compared_by_words_alone_is_compared_again(county, staff, monkeypatch):
    county.whole = False
    actions.make_plan(COUNTY, by=staff, patient=True)
    assert set(PlanLine.objects.values_list("digest", flat=True)) == {""}

    county.whole = True
    county.asked.clear()
    actions.make_plan(COUNTY, by=staff)
    assert len(county.asked) == 3


def test_much_to_compare_is_left_to_a_job_and_the_plan_is_made_of_what_is_known(
    county, staff, moulds, monkeypatch
):
    jobs = []
    monkeypatch.setattr("shuanglian.matching.actions.plan.AT_ONCE", 2)
    monkeypatch.setattr(
        "shuanglian.matching.actions.plan.later", lambda name, **ids: jobs.append((name, ids))
    )
    plan = actions.make_plan(COUNTY, by=staff)
    assert plan.waiting_since is not None
    assert jobs == [("matching.make_plan", {"county": COUNTY, "user_id": staff.pk})]
    assert (county.asked, plan.planned) == ([], 0)

    plan = actions.make_plan(COUNTY, by=staff, patient=True)
    assert (plan.waiting_since, plan.planned) == (None, 2)


def test_nobody_waits_for_the_solver_to_be_compiled_but_a_job(county, staff, monkeypatch):
    jobs = []
    monkeypatch.setattr(
        "shuanglian.matching.actions.plan.later", lambda name, **ids: jobs.append((name, ids))
    )
    county.ready = False
    with monkeypatch.context() as patch:
        patch.setattr("shuanglian.matching.engine.allocate.solve.solve", None)
        plan = actions.make_plan(COUNTY, by=staff)
    assert plan.waiting_since is not None
    assert jobs == [("matching.make_plan", {"county": COUNTY, "user_id": staff.pk})]
    assert (plan.planned, plan.total) == (plan.first_planned, plan.first_total) == (1, plan.first_total)
    assert planned()["模具寿命短"] == "技改专家入企"

    plan = actions.make_plan(COUNTY, by=staff, patient=True)
    assert (plan.waiting_since, plan.planned) == (None, 2)


def test_a_need_claimed_meanwhile_leaves_the_plan(plan, furnace, kejiju, handler, staff):
    exchange.claim(furnace, by=handler, unit=kejiju)
    actions.make_plan(COUNTY, by=staff)

    assert planned() == {"模具寿命短": "技改专家入企", "厂区道路硬化": None}


def test_what_a_unit_is_asked_for_is_no_longer_planned_and_its_place_is_kept(
    plan, moulds, furnace, expert, kejiju, staff
):
    exchange.propose_unit(furnace, by=staff, unit=kejiju, reason="专家正合适", offer_item=item(expert))
    actions.make_plan(COUNTY, by=staff)

    assert planned() == {"模具寿命短": "热处理培训班", "厂区道路硬化": None}
    assert PlanLine.objects.get(need_item=line(moulds)).miss == "full"


def test_a_unit_that_said_no_is_not_suggested_again(plan, furnace, kejiju, handler, staff):
    match = exchange.propose_unit(furnace, by=staff, unit=kejiju, reason="专家正合适")
    exchange.answer_proposal(match, by=handler, accept=False, reason="专家出差")
    actions.make_plan(COUNTY, by=staff)

    assert planned()["炉温控不住"] is None
    assert PlanLine.objects.get(need_item=line(furnace)).miss == "declined"


def test_another_way_of_speaking_has_all_lines_compared_again(plan, county, staff):
    county.asked.clear()
    actions.make_plan(COUNTY, by=staff)
    assert county.asked == []

    add_entry(by=staff, category="JC", service="厂区道路", words="道路硬化", talk="门口的路坑坑洼洼")
    actions.make_plan(COUNTY, by=staff)
    assert sorted(county.asked) == ["厂区道路硬化", "模具寿命短", "炉温控不住"]


def test_what_somebody_said_not_to_fit_is_not_suggested_again_nor_called_a_no_of_the_unit(
    plan, furnace, expert, staff, standing
):
    standing.make()
    actions.decline_suggestion(furnace, expert, by=staff, why="time")
    actions.make_plan(COUNTY, by=staff)

    assert planned()["炉温控不住"] is None
    assert PlanLine.objects.get(need_item=line(furnace)).miss == "unfit"


def test_a_need_for_staff_alone_is_not_planned(county, road, staff):
    Need.objects.filter(pk=road.pk).update(visibility="staff")
    actions.make_plan(COUNTY, by=staff)

    assert "厂区道路硬化" not in planned()


# ---- decisions ----


def test_what_is_locked_stays_whatever_is_worked_out(plan, county, moulds, class_, expert, furnace, staff):
    actions.lock_line(line(moulds), by=staff)
    exchange.close_need(furnace, by=staff, note="企业自己解决了", outcome="withdrawn")
    actions.make_plan(COUNTY, by=staff)

    assert planned()["模具寿命短"] == "热处理培训班"


def test_a_change_counts_at_once_and_the_rest_follows(plan, moulds, expert, staff):
    choice = actions.change_line(line(moulds), item(expert), by=staff)
    assert (choice.kind, choice.offer_item) == ("change", item(expert))

    actions.make_plan(COUNTY, by=staff)
    assert planned() == {"模具寿命短": "技改专家入企", "炉温控不住": None, "厂区道路硬化": None}


def test_choosing_what_is_suggested_takes_the_change_back(plan, moulds, expert, class_, staff):
    actions.change_line(line(moulds), item(expert), by=staff)

    assert actions.change_line(line(moulds), item(class_), by=staff) is None
    assert PlanChoice.objects.filter(ended_at=None).count() == 0


def test_a_line_left_for_now_frees_its_place(plan, furnace, staff):
    actions.change_line(line(furnace), None, by=staff)
    actions.make_plan(COUNTY, by=staff)

    assert planned() == {"模具寿命短": "技改专家入企", "炉温控不住": None, "厂区道路硬化": None}


def test_what_is_not_wanted_is_not_suggested_and_can_be_again(plan, moulds, class_, staff):
    actions.bar_offer(line(moulds), item(class_), by=staff)
    assert planned()["模具寿命短"] == "技改专家入企"

    assert actions.unbar_offers(line(moulds), by=staff) == 1
    assert planned()["模具寿命短"] == "热处理培训班"


def test_barring_what_was_fixed_takes_it_back_first(plan, moulds, class_, staff):
    actions.lock_line(line(moulds), by=staff)
    actions.bar_offer(line(moulds), item(class_), by=staff)

    assert planned()["模具寿命短"] == "技改专家入企"


def test_pressing_twice_decides_once(plan, moulds, expert, class_, staff):
    for _ in range(2):
        actions.lock_line(line(moulds), by=staff)
    assert PlanChoice.objects.count() == 1
    for _ in range(2):
        actions.change_line(line(moulds), item(expert), by=staff)
    assert PlanChoice.objects.count() == 2
    for _ in range(2):
        actions.bar_offer(line(moulds), item(class_), by=staff)
    assert PlanChoice.objects.count() == 3
    assert [actions.release_line(line(moulds), by=staff) for _ in range(2)] == [1, 0]


def test_every_decision_and_every_plan_is_history(plan, moulds, expert, staff):
    choice = actions.change_line(line(moulds), item(expert), by=staff)
    actions.release_line(line(moulds), by=staff)
    choice.refresh_from_db()

    assert [(e.verb, e.actor) for e in history(choice)] == [("plan_undo", staff), ("plan_change", staff)]
    assert choice.ended_at is not None
    assert [(e.verb, e.actor) for e in history(plan)] == [("make_plan", staff)]


def test_nothing_suggested_cannot_be_locked(plan, road, staff):
    with pytest.raises(ValidationError, match="还没有建议"):
        actions.lock_line(line(road), by=staff)


def test_a_line_that_left_the_plan_cannot_be_decided(plan, furnace, kejiju, handler, staff):
    exchange.claim(furnace, by=handler, unit=kejiju)
    actions.make_plan(COUNTY, by=staff)

    with pytest.raises(ValidationError, match="已经不在方案里了"):
        actions.lock_line(line(furnace), by=staff)


@pytest.mark.parametrize("who", ["handler", "clerk", "liaison", "auditor", "secadmin", "township_clerk"])
def test_only_staff_plan_and_decide(plan, moulds, expert, request, who):
    user = request.getfixturevalue(who)
    for act in (
        lambda: actions.make_plan(COUNTY, by=user),
        lambda: actions.change_line(line(moulds), item(expert), by=user),
        lambda: actions.lock_line(line(moulds), by=user),
        lambda: actions.release_line(line(moulds), by=user),
        lambda: actions.bar_offer(line(moulds), item(expert), by=user),
        lambda: actions.unbar_offers(line(moulds), by=user),
        lambda: actions.send_lines({line(moulds).pk: item(expert).pk}, by=user, words={}),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert (PlanChoice.objects.count(), Match.objects.count()) == (0, 0)


def test_the_clock_plans_in_the_name_of_the_system(county, system):
    actions.make_plan(COUNTY, by=system, patient=True)

    assert Plan.objects.get().made_by == system
