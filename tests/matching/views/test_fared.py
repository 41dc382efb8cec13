import re
from decimal import Decimal

import pytest

from tests.factories.matching import FittedWeightsFactory, MatchFactory

pytestmark = pytest.mark.django_db
PAGE = "/matches/fared/"


def test_every_figure_opens_its_records(client, staff):
    MatchFactory(state="accepted", fit=Decimal("0.9"))
    MatchFactory(state="declined", decline_reason="时间来不及")
    client.force_login(staff)
    page = client.get(PAGE).content.decode()
    links = re.findall(r'<a href="(/matches/[^"]*)">(\d+)</a>', page)

    assert [(href, int(n)) for href, n in links] == [
        ("/matches/?category=KJ&amp;state=accepted", 1),
        ("/matches/?category=KJ&amp;state=declined", 1),
        ("/matches/?category=KJ", 2),
        ("/matches/?state=accepted", 1),
        ("/matches/?state=declined", 1),
        ("/matches/", 2),
    ]
    for href, number in links:
        rows = client.get(href.replace("&amp;", "&")).content.decode()
        assert len(set(re.findall(r"/needs/(\d+)/", rows))) == int(number)


def test_it_says_what_the_last_fitting_came_to(client, staff):
    MatchFactory()
    client.force_login(staff)
    before = client.get(PAGE).content.decode()
    FittedWeightsFactory(needs=120, in_use=True)

    assert "攒够 100 项" in before
    assert "用 120 项有结果的需求重新调过一次，更准了，已经启用。" in client.get(PAGE).content.decode()


def test_the_console_leads_there(client, staff):
    client.force_login(staff)

    assert f'href="{PAGE}"' in client.get("/console/").content.decode()


def test_without_suggestions_it_says_so(client, staff):
    client.force_login(staff)

    assert "还没有推荐" in client.get(PAGE).content.decode()


def test_units_and_enterprises_do_not_see_it(client, handler, clerk):
    answers = []
    for person in (handler, clerk):
        client.force_login(person)
        answers.append(client.get(PAGE).status_code)

    assert answers == [403, 403]
