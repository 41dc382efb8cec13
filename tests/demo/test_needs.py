import re

from demo.need_stories import STORIES
from demo.needs import needs, posters
from demo.offers import offer_of, offers
from demo.organizations import organizations


def test_203_needs_whose_stories_are_all_told():
    assert len(needs()) == 203
    assert {n.story for n in needs()} == set(STORIES)


def test_whoever_serves_a_line_has_an_offer():
    keys = {o.key for o in offers()}
    assert {key for n in needs() for line in n.lines for key in line.offers} - keys == set()


def test_the_asking_organisation_has_the_right_trade_and_township():
    firms = {f.name: f for f in organizations()}
    who = posters(needs(), list(firms.values()))
    odd = [
        n.key for n in needs() if (firms[who[n.key]].trade, firms[who[n.key]].division) != (n.who, n.division)
    ]
    assert odd == []


def test_a_repetition_comes_from_the_same_organisation():
    who = posters(needs(), organizations())
    assert [(n.key, n.same_as) for n in needs() if n.same_as] == [
        ("N037", "N461"),
        ("N182", "N490"),
        ("N281", "N005"),
    ]
    assert all(who[n.key] == who[n.same_as] for n in needs() if n.same_as)


def test_the_organisations_of_the_article_ask_for_what_is_written_down():
    who = posters(needs(), organizations())
    assert sorted(key for key, name in who.items() if name == "冠力集团") == [
        "N139",
        "N211",
        "N225",
        "N237",
        "N266",
        "N304",
        "N315",
        "N416",
    ]


def test_no_line_names_an_identity_number_or_a_telephone():
    texts = [f"{n.title}{n.detail}{n.words}{n.added}" for n in needs()]
    texts += [f"{o.title}{o.detail}{o.terms}{o.words}" for o in map(offer_of, (o.key for o in offers()))]
    assert [t for t in texts if re.search(r"\d{17}[\dXx]|1[3-9]\d{9}|0\d{2,3}-\d{7}", t)] == []
