"""Needs and offers of the exchange as the engine reads them, and the digest that tells whether a text changed.

What changes with every booking (remaining capacity) and what depends on the reader (visibility, pauses) is not in a
record: it is asked of the database when somebody looks (``suggestion.py``).
"""

import hashlib

from shuanglian.directory.choices import ABOVE_COUNTY
from shuanglian.exchange.models import Need, Offer
from shuanglian.matching.engine import records


def record_of_need(need: Need) -> records.Need:
    """A need with the texts of its lines, where it has several; its township is the region asked for."""
    lines = [item.text for item in need.items.all() if item.text]
    detail = "；".join([need.detail, *lines]) if len(lines) > 1 else need.detail
    return records.Need(
        id=str(need.pk),
        title=need.title,
        detail=detail,
        category=need.category,
        county=need.county,
        region=need.division.name,
    )


def record_of_offer(offer: Offer) -> records.Offer:
    """An offer with its dates, on the shelf of its county, city or province.

    One that serves several townships is open here; the last look knows which.
    """
    towns = [division.name for division in offer.divisions.all()]
    return records.Offer(
        id=str(offer.pk),
        title=offer.title,
        detail=offer.detail,
        category=offer.category,
        unit=offer.unit.name,
        county=offer.unit.area,
        region=towns[0] if len(towns) == 1 else records.ANYWHERE,
        valid_from=offer.valid_from,
        valid_until=None if offer.standing else offer.valid_until,
    )


def areas_above(county: str) -> tuple[str, ...]:
    """The city and the province of a county, whose offers are asked for when the county has nothing: nearest first."""
    return tuple(level.area(county) for level in ABOVE_COUNTY)


def digest_of(record: records.Offer) -> str:
    """Which text a vector is of."""
    return hashlib.sha256(record.text.encode()).hexdigest()[:32]
