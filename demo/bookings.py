"""Which organisations booked which offers, how much, and what came of it."""

from dataclasses import dataclass
from decimal import Decimal

from demo.people import GUANLI, HAOKUN, HENGYUE


@dataclass(frozen=True, slots=True)
class Booked:
    """One booking. ``by`` is an organisation's name, or the key of a need whose organisation books."""

    offer: str
    by: str
    story: str
    quantity: Decimal = Decimal(1)
    words: str = ""
    reason: str = ""  # of a refusal or a withdrawal


def _of(offer: str, by: str, story: str, quantity: int = 1, words: str = "", reason: str = "") -> Booked:
    return Booked(offer, by, story, Decimal(quantity), words, reason)


BOOKINGS = (
    _of("S022", GUANLI, "used", words="职工篮球赛，四十人左右"),
    _of("S136", GUANLI, "used", words="主题党日，二十八人"),
    _of("S130", GUANLI, "delivered", words="全厂疏散演练，三个班轮流参加"),
    _of("S135", GUANLI, "accepted", 12, "成品环超声探伤，十二件"),
    _of("S030", HAOKUN, "used", words="党员活动日，想听民营经济政策"),
    _of("S075", HAOKUN, "accepted", 24, "锻造工、热处理工中级"),
    _of("S074", HAOKUN, "progressing", words="各车间班组长参加"),
    _of("S004", HENGYUE, "used", words="恒跃文化节开幕，场地我们准备"),
    _of("S072", HENGYUE, "used", 2, "歌咏比赛，两支队伍"),
    _of("S085", HENGYUE, "progressing", words="锻工、车工两个工种"),
    _of("S029", HENGYUE, "requested", words="季度党员大会，六十人"),
    _of("S042", HAOKUN, "progressing", words="大规格环件工艺"),
    _of("S042", HENGYUE, "accepted", words="风电法兰轧制"),
    _of("S042", GUANLI, "requested_late", words="模具寿命课题"),
    _of("S042", "N034", "waiting", words="大吨位锻件热处理工艺"),
    _of("S062", "N086", "accepted", words="加热炉温度场研究"),
    _of("S015", "N101", "used", 30, "千分尺和压力表"),
    _of("S010", "N044", "used", words="想要技术类和少儿类各一半"),
    _of("S065", "N306", "used", words="财务和销售都参加"),
    _of("S124", "N045", "used", words="夜班职工"),
    _of(
        "S034",
        "N370",
        "declined",
        words="一线工人五十人",
        reason="本月场次已排满，下月初可以安排，请再预约。",
    ),
    _of("S087", "N452", "used", words="十二名司机"),
    _of("S087", "N020", "requested", words="新招司机八名"),
    _of("S131", "N003", "used", words="招普工和车工"),
    _of("S131", "N419", "requested", words="招数控操作工"),
    _of("S091", "N365", "accepted", 6, "焊工复审"),
    _of("S055", "N024", "used", 9, "后厨和服务员"),
    _of("S064", "N498", "declined", 2, "两名主播", reason="本期人数已满，已登记到下一期。"),
    _of("S104", "N080", "cancelled", words="二百人体检", reason="厂里生产任务紧，等下半年再约。"),
    _of("S100", "N419", "requested", words="三十五岁以下职工四十多人"),
    _of(
        "S007",
        "N337",
        "declined",
        words="采购和财务",
        reason="近期讲师出差，建议先看线上课件，下季度再安排。",
    ),
    _of("S083", "N391", "released", words="展会用的短片", reason="设备送修，赶不上展会日期，先退回。"),
    _of("S123", "N260", "progressing", 2, "负责人和安全员各一名"),
    _of("S109", HAOKUN, "requested", 2, "出资人和接班人"),
    _of("S124", "N349", "cancelled", words="夜班班组团体辅导", reason="班次调整，凑不齐人，下月再约。"),
)
