"""Hard filters: what excludes an offer however well its words fit. Nothing here is ever traded against similarity."""

import datetime as dt

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
