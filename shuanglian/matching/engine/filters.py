"""Hard filters: what excludes an offer however well its words fit. Nothing here is ever traded against similarity.

``refusal`` is the law, an offer at a time and in words; ``Gates`` is the same law for a whole shelf in one sweep.
"""

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from shuanglian.matching.engine.records import ANYWHERE, Need, Offer


def refusal(need: Need, offer: Offer, today: dt.date) -> str:
    """Why this offer cannot serve this need today, as a sentence; empty when it can.

    What is not recorded excludes nothing: dates left open do not end, an unknown capacity may still be there.
    """
    reasons = (
        ("该资源未公开", not offer.shown),
        ("服务尚未开始", offer.valid_from is not None and offer.valid_from > today),
        ("服务已到期", offer.valid_until is not None and offer.valid_until < today),
        ("本期名额已约满", offer.remaining is not None and offer.remaining <= 0),
        ("不在服务区域内", not _serves(offer, need)),
        ("不符合使用条件", not offer.requires <= need.holds),
    )
    return next((sentence for sentence, applies in reasons if applies), "")


def _serves(offer: Offer, need: Need) -> bool:
    """An offer of the city or the province (its county empty) serves all; a township's offer serves that township."""
    if offer.county and need.county and offer.county != need.county:
        return False
    return ANYWHERE in (offer.region, need.region) or offer.region == need.region


_ALWAYS, _NEVER = 1, 4_000_000  # ordinals of days; the calendar ends at 3,652,059


class Gates:
    """What may exclude the offers of one county, a row each; offers and needs of the same county are assumed."""

    def __init__(self) -> None:
        self.here: NDArray[np.bool_] = np.zeros(64, np.bool_)
        self._days = np.zeros((2, 64), np.int32)  # the first and the last on which it is open
        self._terms = np.zeros((2, 64), np.int32)  # its region and what it requires, as numbers
        self._regions: dict[str, int] = {ANYWHERE: 0}
        self._conditions: dict[frozenset[str], int] = {frozenset(): 0}

    def set(self, row: int, offer: Offer) -> None:
        """Write down the limits of the offer in this row: an earlier one, or the next."""
        if row == len(self.here):
            self.keep(np.arange(row), 2 * row)
        self.here[row] = True
        full = offer.remaining is not None and offer.remaining <= 0
        self._days[:, row] = (_NEVER, _ALWAYS) if full or not offer.shown else _days(offer)
        self._terms[0, row] = self._regions.setdefault(offer.region, len(self._regions))
        self._terms[1, row] = self._conditions.setdefault(offer.requires, len(self._conditions))

    def forget(self, row: int) -> None:
        """The offer of this row is gone."""
        self.here[row] = False

    def keep(self, rows: NDArray[np.int64], room: int) -> None:
        """Let these rows, in this order, be the only ones, with room for so many."""
        here, days, terms = self.here, self._days, self._terms
        self.here = np.zeros(room, np.bool_)
        self._days, self._terms = np.zeros((2, room), np.int32), np.zeros((2, room), np.int32)
        self.here[: len(rows)] = here[rows]
        self._days[:, : len(rows)], self._terms[:, : len(rows)] = days[:, rows], terms[:, rows]

    def open(self, need: Need, today: dt.date | None, size: int) -> NDArray[np.bool_]:
        """Which of the first ``size`` rows may serve the need; without a day, all that are here."""
        here = self.here[:size]
        if today is None:
            return here
        day = today.toordinal()
        opens = here & (self._days[0, :size] <= day)
        opens &= self._days[1, :size] >= day
        if need.region != ANYWHERE and len(self._regions) > 1:
            region = self._terms[0, :size]
            opens &= (region == 0) | (region == self._regions.get(need.region, 0))
        if len(self._conditions) > 1:
            met = np.array([condition <= need.holds for condition in self._conditions])
            opens &= met[self._terms[1, :size]]
        return opens

    @property
    def nbytes(self) -> int:
        """Memory held."""
        return self.here.nbytes + self._days.nbytes + self._terms.nbytes


def _days(offer: Offer) -> tuple[int, int]:
    first = offer.valid_from.toordinal() if offer.valid_from else _ALWAYS
    last = offer.valid_until.toordinal() if offer.valid_until else _NEVER
    return first, last
