"""What people took and declined, as judgements the few weights can be fitted to."""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from shuanglian.exchange.choices import HOLDING, MatchOrigin, MatchState, Source
from shuanglian.exchange.models import Commitment, Match, Need
from shuanglian.matching.choices import WhyNot
from shuanglian.matching.engine import rank, records
from shuanglian.matching.models import FittedWeights
from shuanglian.matching.queries.records import record_of_need
from shuanglian.matching.queries.vectors import kept_offers

# Declined for these, it was the right thing that could not be had: it helps in part. For others it was not the thing.
RIGHT_THING = tuple(str(why.label) for why in (WhyNot.TIME, WhyNot.PLACE, WhyNot.ROOM))


def weights() -> rank.Weights:
    """The weights in use: the last fitted ones that were better, or those that ship with the engine.

    Weights of a former engine, which had other channels or signals, are not used.
    """
    found = FittedWeights.objects.filter(in_use=True).first()
    try:
        return rank.from_values(found.values) if found else rank.load()
    except KeyError:
        return rank.load()


def judgements() -> tuple[list[records.Offer], list[records.Need], NDArray[np.int64]]:
    """Published offers, needs of which something was taken or everything declined, and a grade for each pair.

    2: taken up, or claimed with this offer. 1: declined for time, place or room. 0: everything else.
    """
    offers = [kept.record for kept in kept_offers()]
    place = {int(offer.id): i for i, offer in enumerate(offers)}
    said = _said()
    grades = {need: _row(marks, place) for need, marks in said.items()}
    known = [need for need, row in grades.items() if row.any() or _nothing_fits(said[need])]
    rows = Need.objects.filter(pk__in=known).order_by("pk").select_related("division")
    needs = [record_of_need(need) for need in rows.prefetch_related("items")]
    table = [grades[int(need.id)] for need in needs]
    return offers, needs, np.array(table, np.int64).reshape(len(needs), len(offers))


def _said() -> dict[int, dict[int, int | None]]:
    """Need → offer → grade; None where nobody said anything of it yet."""
    found: dict[int, dict[int, int | None]] = defaultdict(dict)
    suggested = Match.objects.filter(origin=MatchOrigin.SYSTEM, offer_item__isnull=False).order_by("pk")
    for need, offer, state, reason in suggested.values_list(
        "need_item__need", "offer_item__offer", "state", "decline_reason"
    ):
        found[need][offer] = _grade(state, reason)
    taken = Commitment.objects.filter(state__in=HOLDING, offer_item__isnull=False)
    for need, offer in taken.exclude(need__source=Source.OFFER).values_list("need", "offer_item__offer"):
        found[need][offer] = 2
    return found


def _grade(state: str, reason: str) -> int | None:
    if state == MatchState.ACCEPTED:
        return 2
    if state == MatchState.DECLINED:
        return int(reason.startswith(RIGHT_THING))
    return None


def _row(marks: dict[int, int | None], place: dict[int, int]) -> NDArray[np.int64]:
    row = np.zeros(len(place), np.int64)
    for offer, grade in marks.items():
        if offer in place:
            row[place[offer]] = grade or 0
    return row


def _nothing_fits(marks: dict[int, int | None]) -> bool:
    return all(grade == 0 for grade in marks.values())
