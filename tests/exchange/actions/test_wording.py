import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.core.audit import history
from shuanglian.core.wording import Audience, speaking_to
from shuanglian.exchange import actions
from shuanglian.exchange.choices import CommitmentState, NeedState, OfferState
from shuanglian.exchange.models import StateWord, standard_name, state_name, state_names

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting():
    """待认领, the state of a need."""
    return StateWord.objects.get(kind="need", code="open")


def said(kind="need", code="open"):
    found = {}
    for reader in Audience.values:
        with speaking_to(lambda reader=reader: reader):
            found[reader] = state_name(kind, code)
    return found


def test_until_the_office_says_otherwise_everybody_reads_the_standard():
    assert said() == dict.fromkeys(Audience.values, "待认领")
    assert (state_name("offer", "published"), state_name("commitment", "active")) == ("开放中", "办理中")
    assert [state_names(kind) for kind in ("need", "offer", "commitment")] == [
        dict(states.choices) for states in (NeedState, OfferState, CommitmentState)
    ]


def test_every_state_has_a_row_with_its_standard_name():
    rows = {(row.kind, row.code): row.name for row in StateWord.objects.all()}

    assert rows == {
        (kind, code): name
        for kind, states in (("need", NeedState), ("offer", OfferState), ("commitment", CommitmentState))
        for code, name in states.choices
    }


def test_each_audience_reads_its_own_word_at_once(staff, waiting):
    actions.change_words(waiting, by=staff, enterprise=" 等单位来接 ", unit="可以认领")

    assert said() == {"public": "待认领", "enterprise": "等单位来接", "unit": "可以认领", "staff": "待认领"}
    assert standard_name("need", "open") == "待认领"
    assert [(e.verb, e.changes["unit"]) for e in history(waiting)] == [("change", ["", "可以认领"])]

    actions.change_words(waiting, by=staff, enterprise="", unit="")
    assert set(said().values()) == {"待认领"}


@pytest.mark.parametrize("word", ["对接中", "已办结"])
def test_two_states_are_never_called_the_same(staff, waiting, word):
    with pytest.raises(ValidationError) as refused:
        actions.change_words(waiting, by=staff, public=word)

    assert refused.value.message_dict == {"public": [f"“{word}”已经是另一个状态的说法，换一个才分得清"]}


def test_a_standard_name_that_another_state_took_is_not_free(staff, waiting):
    other = StateWord.objects.get(kind="need", code="claimed")
    actions.change_words(waiting, by=staff, unit="可以认领")
    actions.change_words(other, by=staff, unit="待认领")

    with pytest.raises(ValidationError):
        actions.change_words(waiting, by=staff, unit="")


def test_a_word_is_short(staff, waiting):
    with pytest.raises(ValidationError):
        actions.change_words(waiting, by=staff, public="长" * 13)


@pytest.mark.parametrize("who", ["handler", "clerk", "auditor", "sysadmin"])
def test_only_the_committee_changes_words(request, waiting, who):
    with pytest.raises(PermissionDenied):
        actions.change_words(waiting, by=request.getfixturevalue(who), public="x")


def test_a_state_nobody_knows_is_shown_as_it_is():
    assert state_name("need", "gone") == "gone"


def test_pages_speak_to_who_reads_them(client, opened, staff, clerk, handler, waiting):
    actions.change_words(waiting, by=staff, public="等人接", enterprise="等单位来接", unit="可以认领")
    words = ("等人接", "等单位来接", "可以认领", "待认领")
    seen = {}
    for user in (None, clerk, handler, staff):
        client.logout()
        if user:
            client.force_login(user)
        for page in (f"/needs/{opened.pk}/", "/needs/"):
            text = client.get(page).content.decode()
            seen.setdefault(user.username if user else "", []).append([w for w in words if w in text])

    assert seen == {
        "": [["等人接"]] * 2,
        "guanli": [["等单位来接"]] * 2,
        "kejiju": [["可以认领"]] * 2,
        "wangxiaolan": [["待认领"]] * 2,
    }
