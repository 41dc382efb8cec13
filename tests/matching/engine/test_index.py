import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from shuanglian.matching.engine.index import Index
from shuanglian.matching.engine.records import Need, Offer

DAY = dt.date(2026, 5, 1)


def ids(ranking):
    return [suggestion.offer.id for suggestion in ranking.suggestions]


def test_a_symptom_finds_the_service(index):
    ranking = index.suggest(Need("N1", "本金还上再放得等几天", "先还后贷，中间差着口子", county="140921"))

    assert ids(ranking)[0] == "S1"
    assert next(iter(ranking.categories)) == "JR"


def test_hard_filters_come_first(index):
    need = Need("N1", "给职工体检", county="140921", region="宏道镇")

    assert sorted(ids(index.suggest(need))) == ["S1", "S2", "S3", "S4"]
    assert sorted(ids(index.suggest(need, today=DAY))) == [
        "S1",
        "S4",
    ]  # S3 is full, S2 serves another township
    assert sorted(ids(index.suggest(need, today=dt.date(2027, 1, 1)))) == ["S4"]


def test_another_county_sees_only_what_serves_all(index):
    assert ids(index.suggest(Need("N1", "给职工体检", county="140922"))) == ["S4"]


def test_changes_are_seen_at_once(index):
    need = Need("N1", "叉车证在哪考", county="140921")
    index.put(Offer("S9", "叉车证考试报名", county="140921"))
    assert ids(index.suggest(need, top=1)) == ["S9"]

    index.put(Offer("S9", "叉车证考试报名", county="140922"))
    assert "S9" not in ids(index.suggest(need))
    assert ids(index.suggest(replace(need, county="140922"), top=1)) == ["S9"]

    index.withdraw("S9")
    index.withdraw("S9")
    assert "S9" not in ids(index.suggest(replace(need, county="140922")))
    assert len(index) == 4


def test_an_empty_index_hands_over_to_a_person(small_lexicon):
    ranking = Index(small_lexicon, None).suggest(Need("N1", "体检"))

    assert ranking.suggestions == ()
    assert ranking.sure is False
    assert ranking.confidence == 0.0


def test_without_an_encoder_words_still_rank(small_lexicon, offers):
    index = Index(small_lexicon, None)
    index.put(*offers)

    assert index.by_words_only is True
    assert ids(index.suggest(Need("N1", "焊工要取证", county="140921"), top=1)) == ["S2"]


def test_what_nobody_offers_is_not_sure(shipped_lexicon, encoder, offers, kept):
    index = Index(shipped_lexicon, encoder, kept=kept)
    index.put(*offers)

    asked = index.suggest(
        Need("N1", "焊工特种作业取证", "想让六名焊工参加取证培训", category="JN", county="140921")
    )
    unserved = index.suggest(Need("N2", "厂区流浪狗咬人", "大门口流浪狗成群", county="140921"))

    assert asked.sure is True
    assert unserved.sure is False
    assert asked.confidence > unserved.confidence


def test_memory_is_reported(index):
    assert index.nbytes > 4 * 512 * 4


@pytest.mark.parametrize("top", [1, 2])
def test_no_more_than_asked_for(index, top):
    assert len(index.suggest(Need("N1", "体检", county="140921"), top=top).suggestions) == top


def test_kept_vectors_spare_the_encoding_and_change_nothing(small_lexicon, encoder, offers, index):
    loaded = Index(small_lexicon, encoder)
    loaded.put(*offers, vectors=encoder.encode([offer.text for offer in offers]))
    need = Need("N1", "给职工体检", county="140921")

    assert ids(loaded.suggest(need)) == ids(index.suggest(need))
    assert loaded.suggest(need).confidence == pytest.approx(index.suggest(need).confidence, abs=1e-5)


def test_halves_from_the_database_serve_as_well(small_lexicon, encoder, offers, index):
    loaded = Index(small_lexicon, encoder)
    loaded.put(*offers, vectors=encoder.encode([offer.text for offer in offers]).astype(np.float16))
    need = Need("N1", "给职工体检", county="140921")

    assert loaded.suggest(need).confidence == pytest.approx(index.suggest(need).confidence, abs=1e-2)
    assert "S1" in loaded
    assert "S9" not in loaded


@pytest.mark.parametrize("shape", [(3, 512), (5, 512), (4, 511)])
def test_vectors_that_do_not_fit_are_refused(index, offers, shape):
    with pytest.raises(ValueError, match=r"^vectors must have one line"):
        index.put(*offers, vectors=np.zeros(shape, np.float32))


def test_thousands_at_once_equal_one_after_the_other(small_lexicon, encoder):
    offers = [Offer(f"S{i}", f"职工体检第{i}车", county=str(i % 2)) for i in range(600)]
    vectors = encoder.encode([offer.text for offer in offers])
    together, singly = Index(small_lexicon, encoder), Index(small_lexicon, encoder)
    together.put(*offers, vectors=vectors)
    for offer, vector in zip(offers, vectors, strict=True):
        singly.put(offer, vectors=vector[None])
    need = Need("N1", "给职工体检", county="1")

    assert ids(together.suggest(need, top=400)) == ids(singly.suggest(need, top=400))


def test_readers_and_a_writer_share_an_index(index):
    """Two threads ask while a third puts and withdraws a hundred; every answer is a true one."""
    need = Need("N1", "给职工体检", county="140921")
    passing = [Offer(f"P{i}", "职工体检", county="140921") for i in range(100)]

    def ask():
        reading = index.read([need])[0]
        return [{offer.id for offer in index.judge(reading).offers} for _ in range(60)]

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(ask) for _ in range(2)]
        index.put(*passing)
        for offer in passing:
            index.withdraw(offer.id)
    here, known = {"S1", "S2", "S3", "S4"}, {offer.id for offer in passing}

    assert all(here <= answer <= here | known for reader in readers for answer in reader.result())
    assert sorted(ids(index.suggest(need))) == sorted(here)
