"""How urgency and due dates enter the allocation: they raise the fit of a need, they never make a fit.

score = round(SCALE * fit * (1 + urgency + haste)), an integer, so that sums are exact.

* ``urgency``: 0 for normal, 0.15 for urgent, 0.30 for critical needs (``URGENCY``, by level 0, 1, 2).
* ``haste``: grows evenly from 0 with twenty working days left to 0.20 on the due day, and stays there when overdue;
  0 without a due date.

Both only multiply: where nothing fits (0) nothing is gained, and between two offers the same need still prefers the
better fit. Against each other two needs weigh in by at most half as much again, so a clearly better fit still wins
over an urgent but poor one.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

SCALE = 1_000_000
URGENCY = np.array([0.0, 0.15, 0.30])
HASTE = 0.20
HORIZON = 20  # working days
NO_DUE_DAY = 1 << 30


def weigh(fit: NDArray[Any], urgency: NDArray[Any], days_left: NDArray[Any]) -> NDArray[np.int64]:
    """Scores of edges from their fit (0 to 1), the need's urgency level, and working days left (``NO_DUE_DAY``)."""
    if len(fit) and (float(np.min(fit)) < 0 or float(np.max(fit)) > 1):
        raise ValueError("a fit is outside 0..1")
    haste = HASTE * np.clip(1 - np.asarray(days_left) / HORIZON, 0, 1)
    weighed: NDArray[np.float64] = SCALE * np.asarray(fit) * (1 + URGENCY[np.asarray(urgency)] + haste)
    return np.asarray(np.rint(weighed), np.int64)
