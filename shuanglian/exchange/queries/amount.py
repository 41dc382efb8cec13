"""How much a sentence asks for: “给厂里60名焊工做一次安全培训” is 60 人. Pure.

A number with a measure counts when its own clause asks for it (招 5 名, 贷款 300 万) or does something with it (3 台天车要
年检). What is about so many (十来个, 三五个, 20 人左右), a rate, an ordinal, the size of the one who asks or what is over
(坏了两台) counts for nothing, and of two amounts alike none is chosen: a wrong guess costs more trust than none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_MOST = Decimal(1000000)
NEAR = 30  # characters of a clause before a number that may say what it is
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_MEASURES = {
    **{m: m for m in ("人", "场", "次", "件", "份", "台", "吨", "亩", "项", "天", "元")},
    **dict.fromkeys(("名", "位", "个", "号", "口", "人次"), "人"),
    "场次": "场",
    "块钱": "元",
}
_EVENTS = ("场", "次", "天")  # how often, beside whom or what it is for
_SOMEBODY = r"人|[^\d，。；、]{0,4}?(?:工|员|师|司机|大夫|医生|护士|专家|会计|翻译|主播|生|学徒|孩子|保安|干部|教练|裁判|骨干|[硕博]士)"
_NUMERAL = "零〇一二两三四五六七八九十百千"
_SAID = re.compile(
    rf"(?P<number>\d+(?:,\d{{3}})*(?:\.\d{{1,2}})?|[{_NUMERAL}]+)\s*(?P<myriad>万(?![\d{_NUMERAL}]))?\s*"
    rf"(?P<measure>人次|场次|块钱|[名位人场次件份台亩项天元]|吨(?!\s*[锤叉吊天行压])|[号口](?=人)|个(?={_SOMEBODY}))?"
)
_CLAUSE = re.compile(r"(?:[^，。；！？,;!?\n]|(?<=\d),(?=\d{3}))+")
# What stands directly before a number that is no quantity asked for, …
_UNCOUNTED = re.compile(
    rf"(?:第|[几数好上成近约]|大概|差不多|至少|最少|最多|超过|不到|不足|[\d{_NUMERAL}][-~—–到至]"
    r"|[了过已]|现有|共有?|收入|产值|投资|投入|面积|工资|月薪|年薪|资本)\s*$"
)
_RATE = re.compile(r"[每均]|一[天年周]|一个月")
# … and directly after it: about so many, a span of time, somebody's size, what there never was.
_VAGUE = re.compile(
    rf"\s*(?:人|钱)?\s*(?:左右|上下|以上|以下|以内|之内|内|不等|的|[-~—–到至]\s*[\d{_NUMERAL}]|[^\d]{{0,6}}?[也都]没)"
)
# A clause asks with a verb before the number, …
_ASKED = re.compile(
    r"(?:招|聘|缺|(?<!出)差|需|(?<!主)要|(?<!思)想|请|给|为|让|找|买|采购|租|借|贷|融资|周转|申请|培训|检测|检验|检定|校准|探伤|体检|组织|安排|办(?!公)|做|搞|捐|订)"
    r"[^\d第花交还罚赔付欠]{0,8}$"
)
# … or with one after it.
_TREATED = re.compile(
    r"[^\d]{0,12}?(?:要|需|想|做|办|参加|培训|体检|检测|检验|检定|校准|探伤|复审|取证|考证|年检|急用|缺口)"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity and its measure, a word of the first dictionary."""

    quantity: Decimal
    measure: str


def amount_in(text: str) -> Amount | None:
    """The one amount that a sentence (NFKC) asks for; None when there is none, or two alike."""
    found = [said for clause in _CLAUSE.findall(text) for said in _asked(clause)]
    things = [amount for amount in found if amount.measure not in _EVENTS]
    chosen = set(things or found)
    return chosen.pop() if len(chosen) == 1 else None


def _asked(clause: str) -> Iterator[Amount]:
    goes_on = False  # 5 名焊工、3 名电工: the second is asked for as the first is
    for said in _SAID.finditer(clause):
        before, after = clause[max(said.start() - NEAR, 0) : said.start()], clause[said.end() :]
        amount = _amount(said)
        if amount is None or _UNCOUNTED.search(before) or _RATE.search(before) or _VAGUE.match(after):
            continue
        listed = goes_on and before.endswith(("、", "和", "与", "及"))
        if listed or _ASKED.search(before) or _TREATED.match(after):
            goes_on = True
            yield amount


def _amount(said: re.Match[str]) -> Amount | None:
    """None for what is no measured number: “三五个”, “百十来号”, “5 千”, a number without a measure; nor is 二 one, which
    is the second (二次, 二手) where 两 would be two."""
    value = None if said["number"] == "二" else number(said["number"])
    measure = _MEASURES.get(said["measure"] or "", "")
    if said["myriad"] and measure in ("", "元"):
        measure = "万元"
    elif said["myriad"] and value is not None:
        value *= 10000
    return Amount(value, measure) if value is not None and 0 < value <= _MOST and measure else None


def number(text: str) -> Decimal | None:
    """3, 2.5, 1,200, 五, 十二, 一百二十, 两百五; None for 三五 and 十二三, which are about so many, and for 百 alone."""
    if text[0].isdigit():  # of any script, as the patterns read them
        return Decimal(text.replace(",", ""))
    if text[0] in "百千" or re.search("[一二两三四五六七八九]{2}", text):
        return None
    total, digit, power = 0, 0, 1
    for character in text:
        if character in _POWERS:
            power = _POWERS[character]
            total, digit = total + (digit or 1) * power, 0
        else:
            digit = _DIGITS[character]
            power = 1 if digit == 0 else power
    return Decimal(total + digit * max(power // 10, 1))
