import pytest
from django.contrib.auth.models import AnonymousUser

from shuanglian.exchange import actions
from shuanglian.exchange.queries.link import links_of, links_visible_to, need_numbered

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(opened, guanli, clerk):
    """Not yet accepted: 冠力集团 and staff alone see it."""
    return actions.post_need(guanli, by=clerk, detail="想做设备检测", category="JC")


def shown(need, user):
    return [(one.words, one.need.number, one.removable) for one in links_of(need, user)]


def test_both_ends_show_a_link_in_their_own_words(opened, second, staff):
    actions.close_need(second, by=staff, outcome="duplicate", note="同一件事", other=opened)

    assert shown(second, staff) == [("重复于", opened.number, False)]
    assert shown(opened, staff) == [("有人重复提出", second.number, False)]


def test_parts_and_see_alsos(opened, second, staff):
    child = actions.split_need(opened, by=staff, detail="想培训三个人")
    actions.relate_needs(opened, by=staff, other=second)

    assert shown(opened, staff) == [("分出去的", child.number, False), ("相关", second.number, True)]
    assert shown(child, staff) == [("从这一项分出", opened.number, False)]
    assert shown(second, staff) == [("相关", opened.number, True)]


def test_a_link_is_shown_only_to_who_may_read_the_other_end(opened, second, staff, handler, other_clerk):
    row = actions.relate_needs(opened, by=staff, other=second)

    for reader in (handler, other_clerk, AnonymousUser()):
        assert shown(opened, reader) == []
    assert (list(links_visible_to(handler)), list(links_visible_to(staff))) == ([], [row])


@pytest.mark.parametrize("typed", ["{}", " {} ", "xq{}", "ＸＱ{}", "XQ-{}", "XQ{}。"])
def test_a_number_is_read_however_it_is_typed(opened, staff, typed):
    given = typed.format(opened.number if typed.strip() == "{}" else opened.number[2:])

    assert need_numbered(given, staff) == opened


@pytest.mark.parametrize("typed", ["", "XQ", "0", "XQ20269999", "\0"])
def test_a_number_nobody_has(opened, staff, typed):
    assert need_numbered(typed, staff) is None


def test_a_number_of_a_hidden_need_is_nobodys(second, handler):
    assert need_numbered(second.number, handler) is None
