"""Urgency and due dates: they raise a fit, never make one."""

import numpy as np
import pytest

from shuanglian.matching.engine.allocate.weights import HORIZON, NO_DUE_DAY, weigh


def weighed(fit, urgency=0, days=NO_DUE_DAY):
    return weigh(np.array([fit]), np.array([urgency]), np.array([days])).tolist()


def test_a_fit_alone_counts_in_millionths():
    assert weighed(0.731) == [731_000]


@pytest.mark.parametrize(("urgency", "score"), [(0, 500_000), (1, 575_000), (2, 650_000)])
def test_urgency_adds_its_part(urgency, score):
    assert weighed(0.5, urgency) == [score]


@pytest.mark.parametrize(
    ("days", "score"),
    [(HORIZON + 5, 500_000), (HORIZON, 500_000), (10, 550_000), (0, 600_000), (-30, 600_000)],
)
def test_haste_grows_until_the_due_day(days, score):
    assert weighed(0.5, days=days) == [score]


def test_urgency_and_haste_together_add_half_at_most():
    assert weighed(0.5, 2, -1) == [750_000]


def test_what_does_not_fit_stays_nothing():
    assert weighed(0.0, 2, -1) == [0]


@pytest.mark.parametrize("fit", [-0.01, 1.01])
def test_a_fit_outside_its_scale_is_refused(fit):
    with pytest.raises(ValueError, match=r"^a fit is outside 0\.\.1$"):
        weighed(fit)
