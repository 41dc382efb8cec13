import pytest
from django.contrib.auth.models import AnonymousUser

from shuanglian.exchange.forms.hall import need_wish
from shuanglian.exchange.queries.hall import hall
from shuanglian.web.queries.figures import newest_needs, steps_for
from tests.web.stories import booked, claimed, delivered, opened, posted, published

pytestmark = pytest.mark.django_db


def county(guanli, clerk, staff, handler, kejiju):
    posted(guanli, clerk, "还没公布的")
    opened(guanli, clerk, staff, "公开的")
    opened(guanli, clerk, staff, "只给工委看的", visibility="staff")
    claimed(guanli, clerk, staff, handler, kejiju, title="认领的")
    delivered(guanli, clerk, staff, handler, kejiju, title="办好的")
    booked(published(kejiju, handler, staff), clerk, guanli)


def test_steps_count_what_the_hall_lists_behind_them(monday, rf, guanli, clerk, staff, handler, kejiju):
    county(guanli, clerk, staff, handler, kejiju)
    for user in (staff, handler, clerk, AnonymousUser()):
        for step in steps_for(user):
            wish = need_wish(rf.get(f"/needs/{step.query}").GET)
            assert (step.name, hall(user, wish).total) == (step.name, step.count)


def test_steps_say_the_states_in_words(monday, guanli, clerk, staff, handler, kejiju):
    county(guanli, clerk, staff, handler, kejiju)
    assert [(s.number, s.name, s.count, s.text) for s in steps_for(staff)] == [
        (1, "提出", 1, "待审核 1"),
        (2, "公布", 2, "待认领 2"),
        (3, "认领", 1, "待首次对接 1"),
        (4, "对接", 0, ""),
        (5, "办结", 1, "待评价 1"),
        (6, "评价", 0, ""),
    ]
    assert [s.count for s in steps_for(AnonymousUser())] == [0, 1, 1, 0, 1, 0]


def test_newest_needs_are_those_the_reader_may_see(monday, guanli, clerk, staff, handler, kejiju):
    county(guanli, clerk, staff, handler, kejiju)
    assert [row.title for row in newest_needs(AnonymousUser())] == ["办好的", "认领的", "公开的"]
