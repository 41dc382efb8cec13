"""Why an offer is suggested, in sentences that a person can check against the records.

Each reason is a fact: a shared word stands in both texts, a date is the offer's date. What is not recorded is said to be
unknown. Nothing is said of a person, nor of a unit's size or standing.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shuanglian.matching.engine import lexical
from shuanglian.matching.engine.lexicon import Meanings
from shuanglian.matching.engine.negation import affirmed
from shuanglian.matching.engine.reading import NeedReading
from shuanglian.matching.engine.records import ANYWHERE, Offer, category_name

SHARED_WORDS = 4
COMMON = 0.08  # a word that more of all texts hold says nothing
# Words that any need and any offer may hold, whatever they are about: true as a reason, and telling nothing.
_GENERAL_WORDS = (
    "企业 公司 单位 机构 厂里 厂区 村里 县里 我们 你们 大家 附近 网上 指导 辅导 帮助 服务 协助 辅助 办理 "
    "申请 组织 安排 开展 提供 参加 要求 条件 主要 时间 集中 投入 同意 不会 可以 需要 希望 能够 进行 以及 "
    "出具 方法 原因 现场 内容 地方 来厂 "
    "客户 完成 文件 模式 执行 经济 平台 方案 水平 厂庆 报告 手续 收入 "
    "相关 有关 问题 情况 方面 万元 费用 免费 每年 每月 一次 一个 几个 今年 明年 工作 人员 员工 职工 负责 "
)
_GENERAL = frozenset(_GENERAL_WORDS.split())
# Words of one character that tell something beside another word, and numbers of things, which tell nothing alone.
_PREFIXES = frozenset("碳水电气热冷钢铁煤油粮棉猪牛羊鸡鱼菜果米面车船")
_COUNTED = re.compile("[一二三四五六七八九十两几半数]+[个位天日次年月周人家名场件批台号]?")
CLEAR_SHARE = 0.2  # least share of a service on either side to call it the common ground
MAIN_SHARE = 0.5  # share from which on an offer is said to be that service
LIKE_PHRASE = 0.65  # least cosine to quote a phrase of the lexicon


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
    wanted = affirmed(reading.need.text)
    asked = dict.fromkeys(lexical.words(wanted))
    shared = asked.keys() & set(lexical.words(offer.text))
    telling = [word for word in shared - _GENERAL if len(word) > 1 and seen.share(word) <= COMMON]
    telling = [word for word in telling if not word.isdigit()]
    telling = [word for word in telling if not _COUNTED.fullmatch(word)]
    best = sorted(telling, key=lambda word: (-seen.weight(word), word))
    whole = _whole(best, wanted, offer.text)[:SHARED_WORDS]
    return Reason("words", f"都提到：{'、'.join(whole)}") if whole else None


def _whole(telling: Sequence[str], wanted: str, offered: str) -> list[str]:
    """Each word with its neighbours, as far as both texts say the same: 特新 is 专精特新, 一课 is 三会一课."""
    places = _placed(lexical.words(wanted), wanted)
    joined = {word: word for word in telling}
    for at, place in enumerate(places):
        if (word := wanted[place]) in joined:
            joined[word] = max(joined[word], _grown(places, at, wanted, offered), key=len)
    longest = dict.fromkeys(joined[word] for word in telling)
    return [word for word in longest if not any(word != other and word in other for other in longest)]


def _placed(words: Sequence[str], text: str) -> list[slice]:
    """Where each word of a text stands."""
    places: list[slice] = []
    for word in words:
        start = text.index(word, places[-1].stop if places else 0)
        places.append(slice(start, start + len(word)))
    return places


def _grown(places: Sequence[slice], at: int, wanted: str, offered: str) -> str:
    """The word at a place with those before and after it that stand there in both texts; what tells nothing ends it."""
    low, high = places[at].start, places[at].stop
    for before in reversed(places[:at]):
        if (
            not _goes_on(wanted[before], wanted[before.stop : low])
            or wanted[before.start : high] not in offered
        ):
            break
        low = before.start
    for after in places[at + 1 :]:
        if not _goes_on(wanted[after], wanted[high : after.start]) or wanted[low : after.stop] not in offered:
            break
        high = after.stop
    return wanted[low:high]


def _goes_on(word: str, gap: str) -> bool:
    """Whether a word may lengthen its neighbour: nothing but a space stands between, and it tells something.

    A verb or particle of one character tells nothing; in the other text it may be half of a word (采 of 采集).
    """
    return not gap.strip() and word not in _GENERAL and (len(word) > 1 or word in _PREFIXES)


def _service(reading: NeedReading, services: Mapping[int, float], meanings: Meanings) -> Reason | None:
    """The service that both mean, where both clearly do."""
    joint = {entry: share * float(reading.shares[entry]) for entry, share in services.items()}
    entry = max(joint, key=lambda e: (joint[e], -e))
    if services[entry] < CLEAR_SHARE or reading.shares[entry] < CLEAR_SHARE:
        return None
    said = _said(reading, meanings, entry)
    service = meanings.entries[entry].service
    if not said:
        return Reason("service", f"需求和资源都接近“{service}”这类服务")
    if said.strip("“”") in service:
        also = "提供" if services[entry] >= MAIN_SHARE else "涉及"
        return Reason("service", f"需求提到{said}，该资源{also}“{service}”这类服务")
    gives = "该资源提供此类服务" if services[entry] >= MAIN_SHARE else "该资源也与此有关"
    return Reason("service", f"{said}一般属于“{service}”，{gives}")


def _said(reading: NeedReading, meanings: Meanings, place: int) -> str:
    """What in the need speaks of a service: words that belong to it and to no other, or a phrase much like the need."""
    wanted, entry = affirmed(reading.need.text), meanings.entries[place]
    phrases = (phrase for phrase in (*entry.words, *entry.talk) if len(phrase) > 1 and _holds(wanted, phrase))
    literal = [phrase for phrase in phrases if meanings.is_own(place, phrase)]
    if literal:
        return f"“{max(literal, key=len)}”"
    if reading.vector is not None:
        phrase, cosine = meanings.nearest_phrase(place, reading.vector)
        if cosine >= LIKE_PHRASE and phrase in entry.talk:
            return f"说法与“{phrase}”相近，"
    return ""


def _holds(text: str, phrase: str) -> bool:
    """Whether a phrase stands in a text; Latin letters and figures as a word of their own (CA is not in CAD)."""
    if not phrase.isascii():
        return phrase in text
    return re.search(rf"(?<![0-9A-Za-z]){re.escape(phrase)}(?![0-9A-Za-z])", text) is not None


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
