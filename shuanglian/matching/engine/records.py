"""What the engine is told of a need and of an offer. Plain values; whoever calls has read them from the records."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

# The first dictionary of need categories: code → (name, scope). Offers and needs are given by code.
CATEGORIES: dict[str, tuple[str, str]] = {
    "ZC": ("政策资金", "奖补、专项资金、税费优惠等政策的解读和申报"),
    "RC": ("人才用工", "招工、引才、实习输送、职称"),
    "JN": ("技能培训", "工种培训、取证、等级认定、业务实训"),
    "FL": ("法律服务", "法律咨询、纠纷调处、诉讼、权益保护"),
    "AH": ("安全环保", "安全生产、消防、治安、环保、节能"),
    "JR": ("金融信贷", "贷款、担保、转贷、保险"),
    "KJ": ("科技创新", "工艺攻关、产学研、数字化、专利"),
    "ZL": ("质量标准", "检验检测、认证、标准、食品安全、商标"),
    "SC": ("市场拓展", "展会、电商、供需对接、宣传、物流寄递"),
    "DK": ("党课宣讲", "党课、党务、党建品牌、群团组建、出资人教育"),
    "WT": ("文体场地", "场馆、会议室、文艺、图书"),
    "GY": ("志愿公益", "志愿服务、帮扶、捐赠、关爱职工"),
    "YL": ("医疗健康", "体检、义诊、急救、健康证、医保"),
    "JC": ("基础设施", "水电气路网、用地、厂房、住房、公交"),
    "ZW": ("政务服务", "登记审批、年检、入学、证照代办"),
}
LONGEST = 4000  # characters of a text that are read; what comes after is seldom about what is wanted
ANYWHERE = ""  # a region left empty: the whole county


def category_name(code: str) -> str:
    """The name of a category; a code that the first dictionary does not know is shown as it is."""
    return CATEGORIES[code][0] if code in CATEGORIES else code


@dataclass(frozen=True, slots=True)
class Need:
    """Somebody asks. ``category`` is what was posted (may be wrong or empty), ``region`` a township or empty."""

    id: str
    title: str
    detail: str = ""
    category: str = ""
    county: str = ""
    region: str = ANYWHERE
    holds: frozenset[str] = frozenset()  # conditions that the asker is known to meet

    @property
    def text(self) -> str:
        """All the words that the need was written with."""
        return f"{self.title}。{self.detail}"[:LONGEST]


@dataclass(frozen=True, slots=True)
class Offer:
    """A unit shares something. ``remaining`` counts this period's open capacity; ``None`` is not known."""

    id: str
    title: str
    detail: str = ""
    category: str = ""
    unit: str = ""
    county: str = ""
    region: str = ANYWHERE
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    remaining: Decimal | None = None
    measure: str = "次"
    requires: frozenset[str] = frozenset()  # conditions that an asker must meet
    shown: bool = True

    @property
    def text(self) -> str:
        """All the words that the offer was written with."""
        return f"{self.title}。{self.detail}"[:LONGEST]
