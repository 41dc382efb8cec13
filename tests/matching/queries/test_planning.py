"""The plan as a value: against every possible plan where the world is small, against laws where it is random."""

from dataclasses import replace
from decimal import Decimal
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuanglian.matching.choices import Miss
from shuanglian.matching.engine.allocate import solve as solving
from shuanglian.matching.engine.allocate.jit import NoCompilerError
from shuanglian.matching.engine.allocate.weights import NO_DUE_DAY, weigh
from shuanglian.matching.queries.county import Ask, County, Missed, Option, Room
from shuanglian.matching.queries.planning import draw_up


def ask(line, urgency=0, days=NO_DUE_DAY, quantity=1, measure="次"):
    return Ask(line, urgency, days, Decimal(quantity), measure)


def room(item, left=1, unit=None, measure="家", tier=0):
    return Room(item, unit or item, Decimal(left), measure, tier)


def county(asks, rooms, options, **more):
    return County(
        asks,
        {one.item: one for one in rooms},
        {line: [Option(item, fit) for item, fit in wanted] for line, wanted in options.items()},
        **more,
    )


def score(fit, urgency=0):
    return int(weigh(np.array([fit]), np.array([urgency]), np.array([NO_DUE_DAY]))[0])


TWO = [ask(1), ask(2)]
# The first to come would take what the second cannot do without.
RIVALS = {1: [(11, 0.9), (12, 0.8)], 2: [(11, 0.85)]}


def test_everybody_gets_the_first_choice_when_there_is_room():
    drawn = draw_up(county(TWO, [room(11, left=2)], {1: [(11, 0.9)], 2: [(11, 0.8)]}))

    assert drawn.chosen == {1: 11, 2: 11}
    assert drawn.missed == {}
    assert (drawn.tally.total, drawn.gap) == (score(0.9) + score(0.8), 0)


def test_the_place_goes_where_it_is_missed_most_and_the_plan_says_so():
    drawn = draw_up(county(TWO, [room(11), room(12)], RIVALS))

    assert drawn.chosen == {1: 12, 2: 11}
    assert drawn.missed == {1: Missed(Miss.BETTER, 11, (2,))}
    assert drawn.first_chosen == {1: 11}
    assert (drawn.tally.total, drawn.first.total) == (score(0.8) + score(0.85), score(0.9))


def test_the_county_goes_before_the_city_and_the_city_before_the_province_whatever_fits_better():
    rooms = [room(31, tier=2), room(21, tier=1), room(11)]
    drawn = draw_up(
        county([ask(n) for n in (1, 2, 3)], rooms, {n: [(11, 0.3), (21, 0.7), (31, 0.9)] for n in (1, 2, 3)})
    )

    assert sorted(drawn.chosen.values()) == [11, 21, 31]
    assert drawn.chosen == drawn.first_chosen == {1: 11, 2: 21, 3: 31}
    assert {line: miss.kind for line, miss in drawn.missed.items()} == {2: Miss.BETTER, 3: Miss.BETTER}
    assert (drawn.tally.totals, drawn.tally.planned, drawn.gap) == (
        (score(0.3), score(0.7), score(0.9)),
        1,
        0,
    )


def test_what_only_the_city_can_serve_has_its_first_choice():
    drawn = draw_up(county(TWO, [room(11), room(21, tier=1)], {1: [(11, 0.8)], 2: [(21, 0.4)]}))

    assert (drawn.chosen, drawn.missed) == ({1: 11, 2: 21}, {})


def test_a_place_of_the_county_is_planned_as_if_there_were_no_city():
    with_city = {1: [(11, 0.9), (12, 0.8)], 2: [(11, 0.85), (21, 0.99)]}
    drawn = draw_up(county(TWO, [room(11), room(12), room(21, tier=1)], with_city))

    assert drawn.chosen == {1: 12, 2: 11}
    assert drawn.first_chosen == {1: 11, 2: 21}
    assert (drawn.tally.planned, drawn.first.planned) == (2, 1)


def test_what_people_fixed_is_no_gain_of_the_plan():
    drawn = draw_up(county(TWO, [room(11), room(12)], RIVALS, fixed={1: 12}))

    assert (drawn.chosen, drawn.tally.planned, drawn.first.planned) == ({1: 12, 2: 11}, 1, 1)


def test_the_more_urgent_comes_first_and_the_other_is_told():
    asks = [ask(1), ask(2, urgency=2)]
    drawn = draw_up(county(asks, [room(11)], {1: [(11, 0.8)], 2: [(11, 0.8)]}))

    assert drawn.chosen == {2: 11}
    assert drawn.missed == {1: Missed(Miss.URGENT, 11, (2,))}


def test_a_due_date_that_is_near_raises_a_need():
    asks = [ask(1, days=20), ask(2, days=1)]

    assert draw_up(county(asks, [room(11)], {1: [(11, 0.8)], 2: [(11, 0.8)]})).chosen == {2: 11}


def test_a_unit_is_not_asked_above_its_month():
    rooms = [room(11, left=5, unit=7), room(12, left=5, unit=7), room(13, unit=8)]
    options = {1: [(11, 0.9), (13, 0.3)], 2: [(12, 0.9)]}
    drawn = draw_up(county(TWO, rooms, options, ceilings={7: 1}))

    assert drawn.chosen == {1: 13, 2: 12}
    assert drawn.missed == {1: Missed(Miss.BETTER, 11, (2,))}


@pytest.mark.parametrize(
    ("one", "more", "kind"),
    [
        (room(11, left=0), {}, Miss.FULL),
        (room(11, left=3, measure="次"), {}, Miss.SHORT),
        (room(11), {"ceilings": {11: 0}}, Miss.MONTH),
        (room(11), {"barred": {(1, 11): Miss.DECLINED}}, Miss.DECLINED),
    ],
)
def test_what_stands_in_the_way_is_named(one, more, kind):
    drawn = draw_up(county([ask(1, quantity=5)], [one, room(12)], {1: [(11, 0.9), (12, 0.8)]}, **more))

    assert drawn.chosen == {1: 12}
    assert drawn.missed == {1: Missed(kind, 11)}


def test_what_nothing_fits_is_an_exception():
    drawn = draw_up(county(TWO, [room(11)], {1: [(11, 0.9)], 2: []}))

    assert drawn.chosen == {1: 11}
    assert drawn.missed == {2: Missed(Miss.NOTHING)}


def test_an_offer_that_is_gone_is_no_option():
    assert draw_up(county([ask(1)], [], {1: [(11, 0.9)]})).missed == {1: Missed(Miss.NOTHING)}


# ---- what people fixed ----


def test_what_people_fixed_stays_and_the_rest_is_planned_around_it():
    drawn = draw_up(county(TWO, [room(11), room(12)], RIVALS, fixed={1: 11}))

    assert drawn.chosen == {1: 11}
    assert drawn.missed == {2: Missed(Miss.BETTER, 11, (1,))}


def test_people_may_fix_more_than_there_is_then_nothing_is_left_for_others():
    asks = [ask(1), ask(2), ask(3)]
    drawn = draw_up(county(asks, [room(11)], {3: [(11, 0.9)]}, fixed={1: 11, 2: 11}, ceilings={11: 1}))

    assert drawn.chosen == {1: 11, 2: 11}
    assert drawn.missed == {3: Missed(Miss.BETTER, 11, (1, 2))}


def test_what_people_left_for_now_takes_no_place():
    drawn = draw_up(county(TWO, [room(11)], RIVALS, fixed={2: 0}))

    assert drawn.chosen == {1: 11}
    assert drawn.missed == {}


def test_what_was_fixed_for_a_line_that_is_gone_takes_no_place():
    assert draw_up(county([ask(1)], [room(11)], {1: [(11, 0.9)]}, fixed={9: 11})).chosen == {1: 11}


# ---- quantities ----


def test_without_a_compiler_the_plan_goes_first_come_first_served(monkeypatch):
    def fail(market):
        raise NoCompilerError("numba cannot be used")

    monkeypatch.setattr(solving, "solve", fail)

    drawn = draw_up(county(TWO, [room(11), room(12)], RIVALS))

    assert drawn.chosen == drawn.first_chosen == {1: 11}
    assert (drawn.tally.total, drawn.gap) == (score(0.9), 0)
    assert drawn.missed == {2: Missed(Miss.BETTER, 11, (1,))}


def test_what_a_round_left_over_goes_to_whoever_it_suits_best():
    """A round counts every line as the largest that asks, so that a place may be left over."""
    asks = [ask(1, quantity=5, measure="人"), ask(2, measure="人")]
    rooms = [room(11, left=6, measure="人"), room(12, measure="人")]

    drawn = draw_up(county(asks, rooms, {1: [(11, 0.9)], 2: [(11, 0.8), (12, 0.7)]}))

    assert drawn.chosen == {1: 11, 2: 11}
    assert drawn.missed == {}


def test_in_the_same_measure_a_line_takes_its_quantity():
    asks = [
        ask(1, quantity=6, measure="人"),
        ask(2, quantity=5, measure="人"),
        ask(3, quantity=4, measure="人"),
    ]
    options = {1: [(11, 0.9)], 2: [(11, 0.8)], 3: [(11, 0.7)]}
    drawn = draw_up(county(asks, [room(11, left=10, measure="人")], options))

    assert drawn.chosen == {1: 11, 3: 11}
    assert drawn.missed == {2: Missed(Miss.BETTER, 11, (1, 3))}


LINES, ITEMS = [1, 2, 3, 4], [11, 12, 13]
fits = st.dictionaries(st.sampled_from(ITEMS), st.integers(1, 100).map(lambda n: n / 100), max_size=3)
worlds = st.fixed_dictionaries(
    {
        "options": st.fixed_dictionaries(dict.fromkeys(LINES, fits)),
        "left": st.tuples(*[st.integers(0, 3)] * len(ITEMS)),
        "urgency": st.tuples(*[st.integers(0, 2)] * len(LINES)),
        "quantity": st.tuples(*[st.integers(1, 3)] * len(LINES)),
        "ceiling": st.integers(0, 3),
    }
)


def world(drawn, quantities):
    """Three offers, the first two of one unit with a ceiling; four lines."""
    asks = [
        ask(line, drawn["urgency"][i], quantity=quantities[i], measure="次") for i, line in enumerate(LINES)
    ]
    rooms = [
        room(item, drawn["left"][j], unit=7 if j < 2 else 8, measure="次") for j, item in enumerate(ITEMS)
    ]
    options = {line: sorted(wanted.items(), key=lambda o: -o[1]) for line, wanted in drawn["options"].items()}
    return county(asks, rooms, options, ceilings={7: drawn["ceiling"]})


def allowed(place, chosen):
    """Whether nobody gives more than there is."""
    for item, one in place.rooms.items():
        if sum(a.quantity for a in place.asks if chosen.get(a.line) == item) > one.left:
            return False
    return sum(item in (11, 12) for item in chosen.values()) <= place.ceilings[7]


def worth(place, chosen):
    urgency = {a.line: a.urgency for a in place.asks}
    fit = {(line, o.item): o.fit for line, options in place.options.items() for o in options}
    return sum(score(fit[pair], urgency[pair[0]]) for pair in chosen.items())


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_no_plan_is_worth_more(drawn):
    place = world(drawn, [1] * len(LINES))
    plan = draw_up(place)
    every = (
        {line: item for line, item in zip(LINES, picks, strict=True) if item}
        for picks in product(*[[0, *(o.item for o in place.options[line])] for line in LINES])
    )

    assert allowed(place, plan.chosen)
    assert (
        plan.tally.total
        == worth(place, plan.chosen)
        == max(worth(place, c) for c in every if allowed(place, c))
    )
    assert plan.gap == 0


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_with_any_quantities_nobody_gives_more_than_there_is_nor_does_worse_than_first_come(drawn):
    place = world(drawn, drawn["quantity"])
    plan = draw_up(place)

    assert allowed(place, plan.chosen)
    assert (
        plan.tally.total == worth(place, plan.chosen) >= plan.first.total == worth(place, plan.first_chosen)
    )
    assert set(plan.missed) == {
        line
        for line, options in place.options.items()
        if not options or plan.chosen.get(line) != options[0].item
    }


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_the_countys_part_is_the_plan_that_it_would_have_alone(drawn):
    place = world(drawn, [1] * len(LINES))
    above = replace(
        place, rooms=place.rooms | {13: replace(place.rooms[13], tier=1)}, options=_near_first(place)
    )
    alone = replace(place, rooms={item: one for item, one in place.rooms.items() if item != 13})
    plan = draw_up(above)

    assert plan.tally.total == draw_up(alone).tally.total
    assert allowed(place, plan.chosen)
    assert plan.gap == 0


def _near_first(place):
    return {
        line: sorted(options, key=lambda option: option.item == 13) for line, options in place.options.items()
    }
