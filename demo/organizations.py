"""The enterprises and social organisations: 1,311 non-public enterprises, 323 of them forging, 53 scaled.

Names are made of a place, a brand no firm is likely to bear, and the trade; each brand is used once. Codes are synthetic
(GB 32100 with a valid check character) in a segment that the county's registrar does not give out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, product
from random import Random
from typing import TypeVar

from demo.chance import chance_of
from demo.people import GUANLI, HAOKUN, HENGYUE, names, phone
from shuanglian.core.uscc import check_character
from shuanglian.directory.choices import HeadcountBand, OrganizationKind, Registration

TOWNS = ("晋昌镇", "河边镇", "宏道镇", "季庄镇", "蒋村镇", "南王乡", "神山乡", "受禄乡", "定襄县居民办事处")
ENTERPRISES = dict(zip(TOWNS, (420, 120, 210, 180, 160, 70, 60, 61, 30), strict=True))  # together 1,311
FORGING = dict(zip(TOWNS, (65, 25, 75, 70, 60, 12, 6, 8, 2), strict=True))  # together 323
SCALED_FORGING, SCALED_OTHERS = 41, 12  # together 53

_FIRST = "澄岚霁砚墨棠桐榆芷珂琮琰璟骁骞翊昶晗烁煜炜翰峤嵘嶂浔淇漪潇澜沅渡笃恪谨朴秉稷穗耘"
_SECOND = "川舟岭石屏原野禾麓桥渠坪堡垣台陌畔溪汀洲帆梁栋橡杉柏楠梓樵铎铭钧锦钰铮锵镒砺"
_PLACES = ("定襄县", "定襄县", "定襄县", "山西", "忻州")
_ROADS = ("锻造园区路", "兴业街", "法兰大道", "工业南路", "振兴街", "站前路")
_BODY = {"91": "MA0X", "92": "MA0X", "93": "MA0X", "51": "MJ0X", "52": "MJ0X"}
_GB11714 = (3, 7, 9, 10, 5, 8, 4, 2)
SOURCE = "演示数据"


@dataclass(frozen=True, slots=True)
class Trade:
    """A line of business: how the county speaks of it, its class in GB/T 4754-2017, how such firms end their names."""

    name: str
    industry: str
    endings: tuple[str, ...]
    kind: OrganizationKind = OrganizationKind.PRIVATE_ENTERPRISE
    registrar: str = "91"


@dataclass(frozen=True, slots=True)
class Firm:
    """One organisation as it will be stored; ``trade`` is only used to choose who asks for what."""

    name: str
    short_name: str
    uscc: str
    trade: str
    kind: str
    industry_code: str
    division: str
    address: str
    contact_name: str
    contact_phone: str
    is_forging: bool = False
    forging_reason: str = ""
    is_scaled: bool = False
    headcount_band: str = HeadcountBand.UNDER_20
    registration: str = Registration.ACTIVE


_K = OrganizationKind
FORGE = Trade(
    "锻造企业",
    "3393",
    ("锻造有限公司", "法兰有限公司", "法兰锻造有限公司", "环锻有限公司", "重型锻件有限公司"),
)
_BY_HAND = (
    ("3484", "机械零部件加工，主营产品是法兰锻件"),
    ("3489", "其他通用零部件制造，以自产锻件为坯料"),
    ("3443", "阀门制造，锻制阀体占产值一半以上"),
)
# The other trades and how many in a hundred of the rest of a township's enterprises they are.
TRADES = (
    (Trade("机加工企业", "3484", ("机械加工有限公司", "精密机械有限公司")), 16),
    (Trade("热处理厂", "3360", ("热处理有限公司",)), 3),
    (Trade("铸造企业", "3391", ("铸造有限公司",)), 5),
    (Trade("紧固件企业", "3482", ("紧固件有限公司",)), 4),
    (Trade("金属结构企业", "3311", ("金属结构有限公司",)), 4),
    (Trade("阀门企业", "3443", ("阀门有限公司",)), 3),
    (Trade("模具企业", "3525", ("模具有限公司",)), 2),
    (Trade("外贸公司", "5181", ("进出口有限公司", "国际贸易有限公司")), 7),
    (Trade("电商公司", "5292", ("电子商务有限公司",)), 4),
    (Trade("物流公司", "5431", ("物流有限公司", "货运有限公司")), 8),
    (Trade("餐饮店", "6210", ("餐饮有限公司", "饭庄有限公司")), 5),
    (Trade("宾馆", "6129", ("宾馆有限公司",)), 2),
    (Trade("药店", "5251", ("大药房有限公司",)), 2),
    (Trade("食品加工厂", "1314", ("杂粮食品有限公司",)), 4),
    (Trade("建筑企业", "4710", ("建筑工程有限公司",)), 5),
    (Trade("建材公司", "5165", ("建材有限公司",)), 6),
)
SHOPS = Trade(
    "商贸公司", "5164", ("商贸有限公司", "物资贸易有限公司", "钢材销售有限公司")
)  # all that is left
_COOP, _SELF = ("93", _K.FARMER_COOP), ("92", _K.SELF_EMPLOYED)
# Not counted among the 1,311: (trade, township, how many).
OTHERS = (
    (Trade("种植合作社", "0119", ("杂粮种植专业合作社",), _COOP[1], _COOP[0]), "受禄乡", 5),
    (Trade("种植合作社", "0119", ("蔬菜种植专业合作社",), _COOP[1], _COOP[0]), "南王乡", 3),
    (Trade("养殖合作社", "0313", ("生猪养殖专业合作社",), _COOP[1], _COOP[0]), "受禄乡", 2),
    (Trade("养殖合作社", "0314", ("肉羊养殖专业合作社",), _COOP[1], _COOP[0]), "神山乡", 4),
    (Trade("养殖户", "0314", ("养羊场",), _SELF[1], _SELF[0]), "神山乡", 3),
    (Trade("返乡创业", "3484", ("法兰加工部",), _SELF[1], _SELF[0]), "河边镇", 4),
    (Trade("商会", "9522", ("商会",), _K.SOCIAL_ASSOCIATION, "51"), "晋昌镇", 4),
    (Trade("商会", "9522", ("法兰商会",), _K.SOCIAL_ASSOCIATION, "51"), "宏道镇", 2),
    (Trade("民办学校", "8334", ("高级中学",), _K.PRIVATE_NONPROFIT, "52"), "晋昌镇", 3),
    (Trade("民办学校", "8310", ("幼儿园",), _K.PRIVATE_NONPROFIT, "52"), "晋昌镇", 5),
)
# What the dictionary of industries has not yet got.
CLASSES = {
    "0119": "其他谷物种植",
    "0313": "猪的饲养",
    "0314": "羊的饲养",
    "1314": "杂粮加工",
    "4710": "住宅房屋建筑",
    "5164": "金属及金属矿批发",
    "5165": "建材批发",
    "5181": "贸易代理",
    "5251": "西药零售",
    "5292": "互联网零售",
    "5431": "普通货物道路运输",
    "6129": "其他一般旅馆",
    "6210": "正餐服务",
    "8310": "学前教育",
    "8334": "普通高中教育",
    "9522": "行业性团体",
}
# Named in the article: (name, short name, township). Their places here are made up.
_NAMED = ((HAOKUN, "昊坤集团", "季庄镇"), (GUANLI, "", "晋昌镇"), (HENGYUE, "", "宏道镇"))
_GONE = (Registration.CANCELLED,) * 4 + (Registration.SUSPENDED,) * 3 + (Registration.MOVED,)


def code_of(registrar: str, serial: int) -> str:
    """A synthetic unified social credit code of the county; the same number under two registrars is two codes."""
    body = f"{_BODY[registrar]}{serial:04d}"
    total = sum(int(c, 36) * w for c, w in zip(body, _GB11714, strict=True))
    inner = {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))
    first = f"{registrar}140921{body}{inner}"
    return first + check_character(first)


Thing = TypeVar("Thing")


class _Registry:
    """Hands out brands, codes, people and numbers, each once."""

    def __init__(self) -> None:
        self.chance = chance_of("organizations")
        self._brands = self._shuffled([a + b for a, b in product(_FIRST, _SECOND)])
        self._serials = self._shuffled(list(range(1000, 9000)))
        self._people = names("organizations")
        self._numbers = count()

    def _shuffled(self, found: list[Thing]) -> Iterator[Thing]:
        self.chance.shuffle(found)
        return iter(found)

    def enter(self, trade: Trade, town: str, name: str = "", short: str = "") -> Firm:
        """One more organisation."""
        brand, ending = next(self._brands), self.chance.choice(trade.endings)
        return Firm(
            name=name or f"{self.chance.choice(_PLACES)}{brand}{ending}",
            short_name=short if name else f"{brand}{ending.removesuffix('有限公司')}"[:30],
            uscc=code_of(trade.registrar, next(self._serials)),
            trade=trade.name,
            kind=trade.kind,
            industry_code=trade.industry,
            division=town,
            address=f"{_seat(town)}{self.chance.choice(_ROADS)}{self.chance.randint(1, 180)}号",
            contact_name=next(self._people),
            contact_phone=phone(next(self._numbers)),
        )


def organizations() -> list[Firm]:
    """All of them: the three named first, then the forging enterprises, the others, those that are gone."""
    registry = _Registry()
    named = [
        replace(registry.enter(FORGE, town, name, short), is_forging=True) for name, short, town in _NAMED
    ]
    forging = [*named, *_forging(registry)]
    rest = [registry.enter(trade, town) for town in TOWNS for trade in _trades_of(town)]
    _scale(registry.chance, forging, SCALED_FORGING, always=len(named))
    _scale(registry.chance, rest, SCALED_OTHERS, always=0)
    others = [registry.enter(trade, town) for trade, town, many in OTHERS for _ in range(many)]
    gone = [replace(registry.enter(SHOPS, "晋昌镇"), registration=how) for how in _GONE]
    return [*forging, *_foreign(rest), *others, *gone]


def _forging(registry: _Registry) -> Iterator[Firm]:
    """Five in six bear the code 3393; the rest are counted by hand, for a reason."""
    there = [town for _, _, town in _NAMED]
    for town in TOWNS:
        for n in range(FORGING[town] - there.count(town)):
            firm = replace(registry.enter(FORGE, town), is_forging=True)
            if n % 6 == 5:
                code, reason = registry.chance.choice(_BY_HAND)
                firm = replace(firm, industry_code=code, forging_reason=reason)
            yield replace(firm, headcount_band=_band(registry.chance))


def _trades_of(town: str) -> list[Trade]:
    many = ENTERPRISES[town] - FORGING[town]
    found = [trade for trade, share in TRADES for _ in range(round(many * share / 100))]
    return found + [SHOPS] * (many - len(found))


def _scale(chance: Random, firms: list[Firm], many: int, *, always: int) -> None:
    """Mark so many of the firms as scaled, the first ``always`` of them for certain."""
    makers = [n for n, firm in enumerate(firms) if firm.industry_code.startswith("3") and n >= always]
    for n in [*range(always), *chance.sample(makers, many - always)]:
        band = HeadcountBand.UNDER_1000 if n % 3 == 0 else HeadcountBand.UNDER_300
        firms[n] = replace(firms[n], is_scaled=True, headcount_band=band)


def _foreign(firms: list[Firm]) -> list[Firm]:
    """A few of the enterprises are owned from abroad, from Hong Kong, Macao or Taiwan."""
    kinds = {11: OrganizationKind.FOREIGN_ENTERPRISE, 211: OrganizationKind.HMT_ENTERPRISE}
    return [replace(firm, kind=kinds.get(n % 400, firm.kind)) for n, firm in enumerate(firms)]


def _band(chance: Random) -> HeadcountBand:
    return HeadcountBand.UNDER_300 if chance.random() < 0.45 else HeadcountBand.UNDER_20


def _seat(town: str) -> str:
    return town if town.startswith("定襄县") else f"定襄县{town}"
