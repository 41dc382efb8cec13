import numpy as np
import pytest

from shuanglian.matching.engine.index import Index
from shuanglian.matching.engine.phrases import Phrases

TEXTS = ["转贷", "续贷", "焊工证"]


class Counting:
    """An encoder that says what it was asked to encode."""

    version = "v1"

    def __init__(self, encoder):
        self.encoder, self.asked = encoder, []

    def encode(self, texts):
        self.asked += texts
        return self.encoder.encode(texts)


@pytest.fixture
def counting(encoder):
    return Counting(encoder)


def test_the_next_start_encodes_nothing(tmp_path, counting):
    first = Phrases.of(TEXTS, counting, tmp_path / "new")
    counting.asked.clear()
    second = Phrases.of(TEXTS, counting, tmp_path / "new")

    assert counting.asked == []
    assert second.texts == first.texts
    np.testing.assert_array_equal(second.vectors, first.vectors)
    np.testing.assert_array_equal(second.directions, first.directions)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["phrases-v1.npz"]


def test_only_edited_phrases_are_encoded(tmp_path, counting):
    Phrases.of(TEXTS, counting, tmp_path)
    counting.asked.clear()
    edited = Phrases.of(["焊工证", "电焊证", "转贷"], counting, tmp_path)

    assert counting.asked == ["电焊证"]
    fresh = Phrases.of(["焊工证", "电焊证", "转贷"], counting)
    np.testing.assert_allclose(edited.vectors, fresh.vectors, atol=1e-5)


def test_another_version_of_the_encoder_has_its_own(tmp_path, counting):
    Phrases.of(TEXTS, counting, tmp_path)
    counting.asked.clear()
    counting.version = "v2"
    Phrases.of(TEXTS, counting, tmp_path)

    assert counting.asked == TEXTS


@pytest.mark.parametrize("damage", [b"", b"no file of vectors", None])
def test_a_broken_file_is_made_anew(tmp_path, counting, damage):
    path = tmp_path / "phrases-v1.npz"
    Phrases.of(TEXTS, counting, tmp_path)
    if damage is None:
        with path.open("wb") as out:
            np.savez(
                out, texts=np.zeros(3, np.uint8), vectors=np.full((1, 512), np.nan), directions=np.zeros(2)
            )
    else:
        path.write_bytes(damage)
    counting.asked.clear()
    Phrases.of(TEXTS, counting, tmp_path)

    assert counting.asked == TEXTS
    counting.asked.clear()
    Phrases.of(TEXTS, counting, tmp_path)
    assert counting.asked == []


def test_a_folder_that_cannot_be_written_is_logged(tmp_path, counting, caplog):
    (tmp_path / "file").write_text("")
    made = Phrases.of(TEXTS, counting, tmp_path / "file")

    assert made.texts == tuple(TEXTS)
    assert caplog.messages[-1].endswith("phrases-v1.npz cannot be written; the next start takes longer")


def test_an_index_keeps_its_phrases(tmp_path, small_lexicon, counting, index):
    Index(small_lexicon, counting, kept=tmp_path)
    counting.asked.clear()
    again = Index(small_lexicon, counting, kept=tmp_path)

    assert counting.asked == []
    np.testing.assert_array_equal(again.meanings._phrases, index.meanings._phrases)
