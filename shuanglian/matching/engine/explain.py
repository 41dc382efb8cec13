"""Why an offer is suggested, in sentences that a person can check against the records.

Each reason is a fact: a shared word stands in both texts, a date is the offer's date. What is not recorded is said to be
unknown. Nothing is said of a person, nor of a unit's size or standing.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from shuanglian.matching.engine import lexical
from shuanglian.matching.engine.lexicon import Entry, Meanings
from shuanglian.matching.engine.negation import affirmed
from shuanglian.matching.engine.reading import NeedReading
from shuanglian.matching.engine.records import ANYWHERE, Offer, category_name

SHARED_WORDS = 4
COMMON = 0.08  # a word that more of all texts hold says nothing
CLEAR_SHARE = 0.05  # least share of a service on either side to call it the common ground
LIKE_PHRASE = 0.5  # least cosine to quote a phrase of the lexicon


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact: of which kind, and the sentence."""

    kind: str  # category, words, service, capacity, validity, region
    sentence: str


def explain(
    reading: NeedReading,
    offer: Offer,
    services: Mapping[int, float],
    meanings: Meanings,
    today: dt.date | None,
) -> tuple[Reason, ...]:
    """The reasons for one suggestion, most telling first."""
    found = (
        _category(reading, offer),
        _words(reading, offer, meanings),
        _service(reading, services, meanings),
        _capacity(offer),
        _validity(offer, today),
        _region(offer),
    )
    return tuple(reason for reason in found if reason is not None)


def _category(reading: NeedReading, offer: Offer) -> Reason | None:
    if not offer.category or reading.need.category != offer.category:
        return None
    return Reason("category", f"类别相同：{category_name(offer.category)}")


def _words(reading: NeedReading, offer: Offer, meanings: Meanings) -> Reason | None:
    seen = meanings.words_seen
    asked = dict.fromkeys(lexical.words(affirmed(reading.need.text)))
    shared = asked.keys() & set(lexical.words(offer.text))
    telling = [word for word in shared if len(word) > 1 and seen.share(word) <= COMMON and not word.isdigit()]
    best = sorted(telling, key=lambda word: (-seen.weight(word), word))[:SHARED_WORDS]
    return Reason("words", f"都提到：{'、'.join(best)}") if best else None


def _service(reading: NeedReading, services: Mapping[int, float], meanings: Meanings) -> Reason | None:
    joint = {entry: share * float(reading.shares[entry]) for entry, share in services.items()}
    entry = max(joint, key=lambda e: (joint[e], -e))
    if services[entry] < CLEAR_SHARE or reading.shares[entry] < CLEAR_SHARE:
        return None
    return Reason("service", _said(reading, meanings, entry, meanings.entries[entry]))


def _said(reading: NeedReading, meanings: Meanings, place: int, entry: Entry) -> str:
    wanted = affirmed(reading.need.text)
    literal = [phrase for phrase in (*entry.words, *entry.talk) if len(phrase) > 1 and phrase in wanted]
    if literal:
        return f"“{max(literal, key=len)}”一般属于“{entry.service}”，该资源提供此类服务"
    if reading.vector is not None:
        phrase, cosine = meanings.nearest_phrase(place, reading.vector)
        if cosine >= LIKE_PHRASE and phrase in entry.talk:
            return f"说法与“{phrase}”相近，一般属于“{entry.service}”"
    return f"内容接近“{entry.service}”类服务"


def _capacity(offer: Offer) -> Reason:
    if offer.remaining is None:
        return Reason("capacity", "本期余量未登记")
    return Reason("capacity", f"本期还可承接 {offer.remaining.normalize():f} {offer.measure}")


def _validity(offer: Offer, today: dt.date | None) -> Reason:
    if offer.valid_until is None:
        return Reason("validity", "长期有效")
    until = f"有效期至 {offer.valid_until.year}年{offer.valid_until.month}月{offer.valid_until.day}日"
    if today is None:
        return Reason("validity", until)
    return Reason("validity", f"{until}，还有 {(offer.valid_until - today).days} 天")


def _region(offer: Offer) -> Reason:
    return Reason("region", "服务全县" if offer.region == ANYWHERE else f"服务范围：{offer.region}")
