import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shuanglian.matching.engine.lists import Lines, Postings

ROWS = np.array([0, 7, 99], np.int32)


def codes(*figures):
    return np.array(figures, np.uint32)


def test_postings_score_and_withdraw():
    postings = Postings()
    for row in range(5):
        postings.add(row, {"焊": 1.0, f"w{row}": 2.0})

    assert postings.scores({"焊": 2.0, "w3": 1.0, "无": 9.0}, 5).tolist() == [2.0, 2.0, 2.0, 4.0, 2.0]

    postings.withdraw(3, ["焊", "w3", "w4", "无"])

    assert postings.scores({"焊": 2.0, "w3": 1.0, "w4": 1.0}, 5).tolist() == [2.0, 2.0, 2.0, 0.0, 4.0]
    assert postings.scores({}, 2).tolist() == [0.0, 0.0]


stories = st.lists(st.tuples(st.booleans(), st.sets(st.sampled_from("abcdefgh"))), max_size=60)


@given(stories)
def test_postings_after_any_story_equal_a_plain_table(story):
    postings, table = Postings(), {}
    for row, (stays, tokens) in enumerate(story):
        postings.add(row, dict.fromkeys(tokens, row + 1.0))
        table[row] = tokens
        if not stays:
            postings.withdraw(row, tokens)
            table[row] = set()
    weights = {token: float(2**k) for k, token in enumerate("abcdefghi")}

    def expected(rows):
        return [sum(weights[token] for token in table[row]) * (row + 1.0) for row in rows]

    assert postings.scores(weights, len(story)).tolist() == expected(range(len(story)))

    kept = [row for row, (stays, _) in enumerate(story) if stays]
    place = np.full(len(story), -1, np.int32)
    place[kept] = np.arange(len(kept))
    postings.keep(place)

    assert postings.scores(weights, len(kept)).tolist() == expected(kept)

    postings.add(len(kept), {"a": 1.0, "z": 1.0})

    assert postings.scores(weights, len(kept) + 1).tolist() == [*expected(kept), 1.0]


def test_a_thousand_tokens_grow_the_pool_and_it_stays_small():
    postings = Postings()
    for row in range(3000):
        postings.add(row, {row % 1000: 1.0, "all": 1.0})

    assert postings.scores({5: 1.0}, 3000).nonzero()[0].tolist() == [5, 1005, 2005]
    assert postings.scores({"all": 1.0}, 3000).sum() == 3000
    assert postings.nbytes < 6 * 6000 * 8


def lines_of_two():
    return Lines(codes(row, row + 1) for row in range(100))


def test_lines_give_the_share_of_the_weight():
    lines = lines_of_two()

    assert lines.share(ROWS, {100: 3.0, 7: 1.0, 5000: 4.0}).tolist() == [0.0, 0.125, 0.375]
    assert lines.share(ROWS, {}).tolist() == [0.0, 0.0, 0.0]
    assert lines.nbytes > 0


def test_codes_of_another_line_count_as_well_but_once():
    other = Lines([codes(7, 50), codes()])

    shares = lines_of_two().share(ROWS, {7: 1.0, 50: 2.0, 100: 1.0}, (np.array([0, 0, 1], np.int32), other))

    assert shares.tolist() == [0.75, 0.75, 0.25]


def test_only_kept_lines_remain():
    lines = lines_of_two()
    lines.keep(np.array([3, 99]))
    lines.append(codes(7))

    assert lines.share(np.array([0, 1, 2], np.int32), {4: 1.0, 100: 2.0, 7: 1.0}).tolist() == [
        0.25,
        0.5,
        0.25,
    ]
