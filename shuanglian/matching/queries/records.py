"""Needs and offers of the exchange as the engine reads them, and the digest that tells whether a text changed.

What changes with every booking (remaining capacity) and what depends on the reader (visibility, pauses) is not in a
record: it is asked of the database when somebody looks (``suggestion.py``).
"""

import hashlib

from shuanglian.directory.choices import ABOVE_COUNTY, UnitLevel
from shuanglian.directory.models import PartnerUnit
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
    """An offer with its dates, on the shelf of what its county has of its own, of its city or of its province.

    One that serves several townships is open here; the last look knows which.
    """
    towns = [division.name for division in offer.divisions.all()]
    return records.Offer(
        id=str(offer.pk),
        title=offer.title,
        detail=offer.detail,
        category=offer.category,
        unit=offer.unit.name,
        county=area_of(offer.unit),
        region=towns[0] if len(towns) == 1 else records.ANYWHERE,
        valid_from=offer.valid_from,
        valid_until=None if offer.standing else offer.valid_until,
    )


def areas_above(county: str) -> tuple[str, ...]:
    """The shelves that are asked when the county has nothing: its share of the city's, then of the province's offers."""
    return tuple(_area(county, level) for level in ABOVE_COUNTY)


def area_of(unit: PartnerUnit) -> str:
    """The shelf on which the offers of a unit stand."""
    return _area(unit.county, UnitLevel(unit.level))


def _area(county: str, level: UnitLevel) -> str:
    """Each county's office writes down what is open to it, so not even a city's offers are seen from its other counties."""
    return f"{county} {level}" if level.tier else county


def digest_of(record: records.Offer) -> str:
    """Which text a vector is of."""
    return hashlib.sha256(record.text.encode()).hexdigest()[:32]
