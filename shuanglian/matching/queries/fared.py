"""What became of the suggestions: taken up, declined and why, lapsed. Counts of suggestions, never of people or units."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, F, OuterRef, QuerySet, Subquery, Value, When

from shuanglian.core.access import can
from shuanglian.core.dictionary import names
from shuanglian.exchange.choices import MatchOrigin, MatchState
from shuanglian.exchange.models import Match
from shuanglian.matching.choices import WhyNot
from shuanglian.matching.models import FittedWeights

STATES = (MatchState.ACCEPTED, MatchState.DECLINED, MatchState.LAPSED, MatchState.SUGGESTED)
WORDS = ("用上了", "说不合适", "没用上", "还在等")  # what the page calls them


@dataclass(frozen=True, slots=True)
class Fared:
    """One line of the page: what it is of, and how many suggestions there were in each state of ``STATES``."""

    key: str
    name: str
    total: int
    counts: tuple[int, ...]


def suggestions_visible_to(user: Any) -> QuerySet[Any]:
    """What the machine suggested in the county, with the category, the place among its needs' suggestions and why not."""
    county = user.county if can(user, "matching.review_suggestions") else None
    better = (
        Match.objects.filter(
            origin=MatchOrigin.SYSTEM, need_item__need=OuterRef("need_item__need"), fit__gt=OuterRef("fit")
        )
        .order_by()
        .values("need_item__need")
        .annotate(number=Count("pk"))
        .values("number")
    )
    listed = [code for code in WhyNot if code != WhyNot.OTHER]
    return (
        Match.objects.filter(origin=MatchOrigin.SYSTEM, offer_item__isnull=False, county=county)
        .select_related("need_item__need", "offer_item__offer", "unit")
        .annotate(
            category=F("need_item__need__category"),
            better=Subquery(better),
            why=Case(
                *(When(decline_reason__startswith=code.label, then=Value(code.value)) for code in listed),
                When(decline_reason="", then=Value("")),
                default=Value(WhyNot.OTHER.value),
                output_field=CharField(),
            ),
        )
    )


def fared_by_category(user: Any) -> list[Fared]:
    """A line for each category that had suggestions, in the dictionary's order, and one for all. One query."""
    counted: Counter[tuple[str, str]] = Counter()
    rows = suggestions_visible_to(user).order_by().values("category", "state").annotate(number=Count("pk"))
    for row in rows:
        counted[row["category"], row["state"]] = row["number"]
    lines = [_line(key, name, counted) for key, name in names("need_category").items()]
    everything: Counter[tuple[str, str]] = Counter()
    for (_, state), number in counted.items():
        everything["", state] += number
    return [line for line in lines if line.total] + [_line("", "合计", everything)]


def declined_by_reason(user: Any) -> list[tuple[str, str, int]]:
    """Code, words and number of each reason that was given, most frequent first. One query."""
    rows = suggestions_visible_to(user).filter(state=MatchState.DECLINED).order_by().values("why")
    found = {row["why"]: row["number"] for row in rows.annotate(number=Count("pk"))}
    given = [(code.value, str(code.label), found[code.value]) for code in WhyNot if code.value in found]
    return sorted(given, key=lambda line: -line[2])


def last_fitted() -> FittedWeights | None:
    """The last attempt to learn from what people took and declined."""
    return FittedWeights.objects.first()


def _line(key: str, name: str, counted: Counter[tuple[str, str]]) -> Fared:
    counts = tuple(counted[key, state] for state in STATES)
    return Fared(key, name, sum(counts), counts)
