import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shuanglian.matching.engine.postings import Postings


def codes(*tokens):
    return np.array(tokens, np.uint32)


def weights(*figures):
    return np.array(figures, np.float32)


def test_scores_add_up_over_the_tokens_that_are_known():
    postings = Postings()
    for row in range(5):
        postings.add(row, codes(7, 100 + row), weights(1.0, 2.0))

    assert postings.scores(codes(7, 103, 9), weights(2.0, 1.0, 9.0), 5).tolist() == [2.0, 2.0, 2.0, 4.0, 2.0]
    assert postings.scores(codes(), weights(), 2).tolist() == [0.0, 0.0]


tokens = st.sampled_from([0, 1, 2, 3, 1 << 16, (1 << 32) - 1])
stories = st.lists(st.tuples(st.booleans(), st.sets(tokens).map(sorted)), max_size=60)


@given(stories, st.booleans())
def test_postings_after_any_story_equal_a_plain_table(story, marks):
    postings, table = Postings(marks=marks), dict(enumerate(held for _, held in story))
    worth = {token: float(2**k) for k, token in enumerate([0, 1, 2, 3, 1 << 16, (1 << 32) - 1])}
    for row, (_, held) in enumerate(story):
        postings.add(row, codes(*held), weights(*[row + 1.0] * len(held)))

    def expected(rows):
        return [sum(worth[token] for token in table[row]) * (1.0 if marks else row + 1.0) for row in rows]

    asked = codes(*worth), weights(*worth.values())
    assert postings.scores(*asked, len(story)).tolist() == expected(range(len(story)))

    kept = [row for row, (stays, _) in enumerate(story) if stays]
    place = np.full(len(story), -1, np.int32)
    place[kept] = np.arange(len(kept))
    postings.keep(place)
    postings.add(len(kept), codes(0, 5), weights(1.0, 1.0))

    assert postings.scores(*asked, len(kept) + 1).tolist() == [*expected(kept), 1.0]


def test_thousands_of_tokens_grow_the_table_and_it_stays_small():
    postings, marks = Postings(), Postings(marks=True)
    for row in range(3000):
        postings.add(row, codes(row % 1000 << 16, 1), weights(1.0, 1.0))
        marks.add(row, codes(row % 1000 << 16, 1))

    for each in (postings, marks):
        assert each.scores(codes(5 << 16), weights(1.0), 3000).nonzero()[0].tolist() == [5, 1005, 2005]
        assert each.scores(codes(1), weights(1.0), 3000).sum() == 3000
    assert postings._count == 1001
    assert marks.nbytes < postings.nbytes < 200_000
