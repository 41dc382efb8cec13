import numpy as np
import pytest

from shuanglian.matching.engine.lexicon import Meanings
from shuanglian.matching.engine.reading import KEPT_SERVICES, read_needs, read_offers
from shuanglian.matching.engine.records import Need, Offer


@pytest.fixture(scope="module")
def meanings(small_lexicon, encoder):
    return Meanings(small_lexicon, encoder)


def test_refused_words_count_a_fifth(meanings, encoder):
    reading = read_needs([Need("N1", "不用贷款", "要贷款担保")], meanings, encoder)[0]

    assert reading.words == {"不用": 0.2, "贷款": 1.2, "要": 1.0, "担保": 1.0}


def test_the_vector_leans_to_what_is_wanted(meanings, encoder):
    refusing = Need("N1", "不是要贷款", "想给职工体检")
    wanted = encoder.encode(["想给职工体检"])[0]

    reading = read_needs([refusing], meanings, encoder)[0]

    assert reading.vector @ wanted > encoder.encode([refusing.text])[0] @ wanted
    assert np.linalg.norm(reading.vector) == pytest.approx(1.0, abs=1e-5)


def test_an_offer_keeps_its_strongest_services_first(meanings, encoder):
    reading = read_offers([Offer("S1", "职工健康体检")], meanings, encoder)[0]

    assert meanings.entries[next(iter(reading.services))].service == "职工体检"
    assert len(reading.services) == min(3, KEPT_SERVICES)
    assert list(reading.services.values()) == sorted(reading.services.values(), reverse=True)


def test_an_offer_of_two_services_is_both(meanings, encoder):
    """The title alone, the detail alone and both together are read; what either names clearly is kept."""
    one, two = read_offers(
        [Offer("S1", "职工健康体检"), Offer("S2", "职工健康体检", "焊工取证")], meanings, encoder
    )
    known = [entry.service for entry in meanings.entries]

    shares = [reading.services.get(known.index("焊工取证"), 0.0) for reading in (one, two)]

    assert shares[0] < 0.1 < shares[1]
    assert sum(two.services.values()) == pytest.approx(1.0, abs=1e-3)


def test_a_need_is_asked_of_related_services_too(meanings, encoder):
    reading = read_needs([Need("N1", "焊工要取证")], meanings, encoder)[0]

    assert reading.asked.sum() == pytest.approx(1.0, abs=1e-5)
    assert np.argmax(reading.asked) == np.argmax(reading.shares)
    assert reading.asked.max() < reading.shares.max()


def test_without_an_encoder_no_service_is_related(small_lexicon):
    reading = read_needs([Need("N1", "焊工要取证")], Meanings(small_lexicon), None)[0]

    assert (reading.asked == reading.shares).all()


def test_without_an_encoder_there_is_no_vector(meanings):
    assert read_needs([Need("N1", "体检")], meanings, None)[0].vector is None
    assert read_offers([Offer("S1", "体检")], meanings, None)[0].vector is None
    assert read_needs([], meanings, None) == []


def test_an_encoder_that_gives_no_figures_is_a_fault(meanings):
    class Broken:
        version = "b"

        def encode(self, texts):
            return np.full((len(texts), 512), np.nan, np.float32)

    with pytest.raises(ValueError, match="figures"):
        read_needs([Need("N1", "焊工取证")], meanings, Broken())
