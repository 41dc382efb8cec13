"""What a sentence such as “下月要招 5 名数控车工” says by itself: category, quantity, measure, when. Pure.

Everything found is a proposal that the person sees, marked 系统填的, and may change. Nothing found means nothing proposed: a
wrong guess costs more trust than none.

The category is read by the words of its name and note in the dictionary, and the everyday ones below; longer words weigh
more. That is right three times of four, so it only helps what reads the meaning of a text (``index.read``), and stands in
for it.
"""

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from shuanglian.exchange.queries.amount import amount_in, number

# What people say at the counter, per category of the first dictionary; a code that no longer exists is never proposed.
EVERYDAY: dict[str, tuple[str, ...]] = {
    "ZC": ("政策", "补贴", "补助", "奖补", "资金", "申报", "税", "优惠", "退税", "高新", "规上", "技改"),
    "RC": (
        "招",
        "缺人",
        "用工",
        "招聘",
        "人手",
        "求职",
        "实习生",
        "大学生",
        "引进",
        "高工",
        "留不住人",
        "师傅",
    ),
    "JN": (
        "培训",
        "学手艺",
        "取证",
        "考证",
        "上岗证",
        "焊工证",
        "叉车证",
        "技能",
        "等级",
        "带徒",
        "讲课",
        "上课",
    ),
    "FL": ("合同", "律师", "官司", "纠纷", "起诉", "欠款", "拖欠", "仲裁", "法律", "打官司", "赔偿", "讨债"),
    "AH": (
        "安全",
        "消防",
        "环保",
        "隐患",
        "排放",
        "粉尘",
        "应急",
        "安全员",
        "环评",
        "节能",
        "危废",
        "治安",
        "盗",
    ),
    "JR": (
        "贷款",
        "银行",
        "资金周转",
        "周转",
        "抵押",
        "担保",
        "保险",
        "融资",
        "转贷",
        "利息",
        "授信",
        "货款",
    ),
    "KJ": (
        "热处理",
        "模具",
        "工艺",
        "专家",
        "技术",
        "研发",
        "专利",
        "数字化",
        "软件",
        "数控设备",
        "攻关",
        "联网",
    ),
    "ZL": (
        "检测",
        "检验",
        "认证",
        "探伤",
        "超声",
        "标准",
        "质量",
        "年检",
        "计量",
        "商标",
        "食品安全",
        "体系",
    ),
    "SC": (
        "订单",
        "客户",
        "展会",
        "电商",
        "销路",
        "销售",
        "直播",
        "网店",
        "物流",
        "快递",
        "推广",
        "卖",
        "外贸",
    ),
    "DK": ("党课", "党员", "支部", "党建", "工会", "团组织", "宣讲", "党务", "书记", "主题党日"),
    "WT": ("场地", "会议室", "场馆", "演出", "文艺", "图书", "球场", "篮球", "年会", "活动室", "晚会", "戏"),
    "GY": ("志愿", "公益", "捐", "帮扶", "慰问", "困难职工", "孤儿", "献血", "关爱"),
    "YL": ("体检", "看病", "义诊", "急救", "健康证", "医保", "医院", "大夫", "职业病", "健康"),
    "JC": (
        "用电",
        "电路",
        "水管",
        "供水",
        "燃气",
        "道路",
        "修路",
        "用地",
        "厂房",
        "宿舍",
        "公交",
        "路灯",
        "土地",
    ),
    "ZW": ("登记", "执照", "审批", "年报", "入学", "上学", "证照", "代办", "异名录", "注册", "变更", "备案"),
}
_SPLIT = re.compile(r"[、，,。；;（）()的和与及]|等")

_DAY = re.compile(r"(?:(\d{4})\s*年\s*)?(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]")
_MONTH_END = re.compile(r"(?<!\d)(\d{1,2})\s*月份?\s*[底末]")
_WITHIN = re.compile(r"(\d+|[一二两三四五六七八九十]+)\s*个?\s*(天|日|周|星期|月)\s*(?:之内|以内|内)")
_SOON = ("尽快", "马上", "立刻", "急需", "紧急", "这几天", "本周", "这周", "这星期", "明天", "后天", "一周内")
_MONTH = ("下周", "下星期", "本月", "这个月", "月底", "下月", "下个月", "近期", "最近")
_QUARTER = ("季度", "年底", "年前", "半年", "三个月", "两个月")
WEEK, MONTH, QUARTER, OWN = "week", "month", "quarter", "own"
DAYS = {WEEK: 7, MONTH: 30, QUARTER: 90}


@dataclass(frozen=True, slots=True)
class Guess:
    """What the sentence says; empty or ``None`` where it says nothing."""

    category: str = ""
    quantity: Decimal | None = None
    measure: str = ""
    when: str = ""  # week, month, quarter, or own with a day
    day: dt.date | None = None


def guess(sentence: str, categories: Iterable[tuple[str, str, str]], today: dt.date) -> Guess:
    """Read a sentence. ``categories`` are (code, name, note) of the words that may be chosen today."""
    text = unicodedata.normalize("NFKC", sentence)
    asked = amount_in(text)
    when, day = _when(text, today)
    category = _category(text, categories)
    if asked is None:
        return Guess(category, when=when, day=day)
    return Guess(category, asked.quantity, asked.measure, when, day)


def _category(text: str, categories: Iterable[tuple[str, str, str]]) -> str:
    weights: dict[str, int] = {}
    for code, name, note in categories:
        words = {w for w in _SPLIT.split(f"{name}、{note}") if len(w) > 1} | set(EVERYDAY.get(code, ()))
        weights[code] = sum(len(w) for w in words if w in text)
    most = max(weights.values(), default=0)
    best = [code for code, weight in weights.items() if weight == most]
    return best[0] if most and len(best) == 1 else ""


def _when(text: str, today: dt.date) -> tuple[str, dt.date | None]:
    day = _named_day(text, today)
    if day is not None:
        return OWN, day
    within = _WITHIN.search(text)
    count = number(within[1]) if within else None
    if within and count is not None:
        span = int(count) * {"天": 1, "日": 1, "周": 7, "星期": 7, "月": 30}[within[2]]
        return next((code for code, days in DAYS.items() if span <= days), ""), None
    for code, words in ((WEEK, _SOON), (MONTH, _MONTH), (QUARTER, _QUARTER)):
        if any(word in text for word in words):
            return code, None
    return "", None


def _named_day(text: str, today: dt.date) -> dt.date | None:
    """10月25日: the next one from today; with a year exactly that day. A day that does not exist says nothing."""
    found = _DAY.search(text)
    if not found:
        return _month_end(text, today)
    year, month, number = (int(part or 0) for part in found.groups())
    if not 1 <= month <= 12:
        return None
    wanted = year or today.year
    if not year and (month, number) < (today.month, today.day):
        wanted += 1
    if not dt.MINYEAR < wanted < dt.MAXYEAR or not 1 <= number <= calendar.monthrange(wanted, month)[1]:
        return None
    day = dt.date(wanted, month, number)
    return day if day >= today else None


def _month_end(text: str, today: dt.date) -> dt.date | None:
    """12月底: the last day of the next such month."""
    found = _MONTH_END.search(text)
    if not found or not 1 <= int(found[1]) <= 12:
        return None
    month = int(found[1])
    year = today.year + (month < today.month)
    return dt.date(year, month, calendar.monthrange(year, month)[1])
