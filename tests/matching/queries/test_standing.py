import datetime as dt
import logging

import pytest
from django.db import DatabaseError

from shuanglian.exchange.choices import OfferState
from shuanglian.exchange.models import Offer
from shuanglian.matching.actions import keep_vectors
from shuanglian.matching.engine import records
from shuanglian.matching.queries import standing as room
from shuanglian.matching.queries.standing import Standing
from tests.factories.exchange import OfferFactory
from tests.people import COUNTY

DAY = dt.date(2026, 3, 9)
NEED = records.Need(id="1", title="模具老是开裂，想找热处理专家", category="KJ", county=COUNTY)


def ask(standing):
    return standing.use(lambda index: index.suggest(NEED, 5, DAY))


def titles(standing):
    return [one.offer.title for one in ask(standing).suggestions]


@pytest.mark.django_db
def test_what_is_published_changed_or_withdrawn_is_seen_by_the_next_question(standing):
    standing.make()
    assert titles(standing) == []

    offer = OfferFactory(title="热处理专家进厂")
    assert titles(standing) == ["热处理专家进厂"]

    Offer.objects.filter(pk=offer.pk).update(title="热处理工艺诊断")
    assert titles(standing) == ["热处理工艺诊断"]

    Offer.objects.filter(pk=offer.pk).update(state=OfferState.WITHDRAWN)
    assert titles(standing) == []


@pytest.mark.django_db
def test_a_renewed_offer_is_there_again(standing):
    offer = OfferFactory(title="热处理专家进厂", standing=False, valid_until=dt.date(2026, 3, 1))
    standing.make()
    assert titles(standing) == []

    Offer.objects.filter(pk=offer.pk).update(valid_until=dt.date(2026, 12, 31))

    assert titles(standing) == ["热处理专家进厂"]


@pytest.mark.django_db
def test_nothing_is_read_twice(standing, few_words):
    OfferFactory(title="热处理专家进厂")
    standing.make()
    few_words.encoded.clear()

    titles(standing)
    titles(standing)

    assert [text for text in few_words.encoded if "进厂" in text] == []


@pytest.mark.django_db
def test_kept_vectors_spare_the_encoding_and_give_the_same_figures(standing, few_words, system):
    offer = OfferFactory(title="热处理专家进厂")
    standing.make()
    before = ask(standing)
    keep_vectors([offer.pk], by=system)
    few_words.encoded.clear()
    other = Standing(lambda: few_words, standing._load_lexicon, standing._edition)

    other.make()

    assert [text for text in few_words.encoded if "进厂" in text] == []
    assert [one.fit for one in ask(other).suggestions] == [one.fit for one in before.suggestions]


@pytest.mark.django_db
def test_without_an_encoder_words_alone_decide(standing, monkeypatch):
    OfferFactory(title="热处理专家进厂")
    monkeypatch.setattr(standing, "_open_encoder", lambda: None)
    standing.make()

    assert titles(standing) == ["热处理专家进厂"]
    assert standing.by_words_only
    assert standing.encode(["字"]) is None


@pytest.mark.django_db
def test_an_encoder_that_breaks_is_left_and_tried_again_later(standing, few_words, monkeypatch, caplog):
    OfferFactory(title="热处理专家进厂")
    standing.make()
    assert not standing.by_words_only
    few_words.broken = True

    with caplog.at_level(logging.CRITICAL):
        assert titles(standing) == ["热处理专家进厂"]
    assert standing.by_words_only

    few_words.broken = False
    standing.make()
    assert not standing.by_words_only


@pytest.mark.django_db
def test_when_nothing_works_there_is_no_answer_and_no_dead_page(standing, few_words, monkeypatch, caplog):
    standing.make()
    few_words.broken = True
    monkeypatch.setattr(room, "Index", None)

    with caplog.at_level(logging.CRITICAL):
        assert ask(standing) is None


@pytest.mark.django_db
def test_a_fault_of_the_database_is_no_fault_of_the_encoder(standing, monkeypatch):
    standing.make()

    def fail(mark):
        raise DatabaseError

    monkeypatch.setattr(room, "changes_since", fail)

    with pytest.raises(DatabaseError):
        ask(standing)
    assert not standing.by_words_only


@pytest.mark.django_db
def test_a_question_waits_a_moment_and_no_longer(standing, monkeypatch):
    monkeypatch.setattr(room, "PATIENCE", 0.01)
    monkeypatch.setattr(standing, "wake", lambda: None)

    assert ask(standing) is None
    assert standing.by_words_only


def test_the_index_is_made_behind_the_first_question(committed, django_db_blocker, few_words, standing):
    with django_db_blocker.unblock():
        OfferFactory(title="热处理专家进厂")
        standing.wake()
        standing.wake()

        assert titles(standing) == ["热处理专家进厂"]
        room.connection.close()


@pytest.mark.django_db
def test_a_failed_attempt_is_said_once_and_repeated_later(standing, monkeypatch, caplog):
    tries = []

    class Started:
        def __init__(self, target, **_):
            self.start = lambda: tries.append(target)
            self.is_alive = lambda: True

    monkeypatch.setattr(room.threading, "Thread", Started)
    monkeypatch.setattr(room.connection, "close", lambda: None)
    monkeypatch.setattr(standing, "_load_lexicon", lambda: 1 / 0)
    assert not standing.is_being_made
    standing.wake()
    standing.wake()
    assert standing.is_being_made
    with caplog.at_level(logging.ERROR):
        tries[0]()
    standing._tried -= room.AGAIN
    standing.wake()

    assert len(tries) == 2
    assert "trying again later" in caplog.text


@pytest.mark.django_db
def test_an_edited_dictionary_is_read_behind_the_next_question(standing, monkeypatch):
    OfferFactory(title="热处理专家进厂")
    standing.make()
    woken = []
    monkeypatch.setattr(standing, "_edition", lambda: 2)
    monkeypatch.setattr(standing, "wake", lambda: woken.append(standing._is_whole))

    titles(standing)
    titles(standing)
    assert woken == [True, False, False]

    standing.make()
    assert standing._made.edition == 2
