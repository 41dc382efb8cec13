"""The 323 party branches: independent and joint, their hosts and counts; 281 heads and 42 technicians lead them."""

import datetime as dt
from dataclasses import dataclass
from random import Random

from demo.chance import chance_of
from demo.days import Days
from demo.organizations import TOWNS, Firm
from demo.people import HAOKUN, HEAD_OF_HAOKUN, HENGYUE, SECRETARY_OF_HENGYUE, names
from shuanglian.directory.choices import (
    NON_PUBLIC_ENTERPRISES,
    BranchKind,
    Registration,
    SecretaryBackground,
)

BRANCHES = 323
TECHNICIANS = 42  # the other 281 are heads of enterprises: 281 of 323 are 87 % (article)
JOINT = dict(zip(TOWNS, (24, 8, 14, 12, 10, 4, 4, 3, 1), strict=True))  # joint branches of each township
SUPERIOR = "非公经济组织党委"
TERM_YEARS = 3
_OVERDUE, _SOON = 7, 15  # branches whose term is over, and whose term ends within half a year
_NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch. ``members`` goes by organisation: numbers, never names."""

    name: str
    kind: str
    superior: str
    members: dict[str, int]  # organisation → its party members
    probationary: int
    secretary: str
    background: str
    founded: int  # months before loading
    term: int  # months since its present term began
    place: str

    def founded_on(self, days: Days) -> dt.date:
        return days.month_start(-self.founded).replace(day=18)

    def term_start(self, days: Days) -> dt.date:
        return days.month_start(-self.term).replace(day=20)


def branches(firms: list[Firm]) -> list[Branch]:
    """Every scaled enterprise has a branch of its own; others have one too or share one within their township."""
    chance = chance_of("branches")
    able = [f for f in firms if f.kind in NON_PUBLIC_ENTERPRISES and f.registration == Registration.ACTIVE]
    scaled, rest = [f for f in able if f.is_scaled], [f for f in able if not f.is_scaled]
    chance.shuffle(rest)
    joint = [group for town in TOWNS for group in _groups(chance, rest, town)]
    shared = {firm.name for group in joint for firm in group}
    alone = [f for f in rest if f.name not in shared][: BRANCHES - len(joint) - len(scaled)]
    drafts = [*(_independent(chance, firm) for firm in (*scaled, *alone)), *_joint(chance, joint)]
    return _led(chance, drafts)


@dataclass(frozen=True, slots=True)
class _Draft:
    name: str
    kind: BranchKind
    town: str
    members: dict[str, int]


def _groups(chance: Random, firms: list[Firm], town: str) -> list[list[Firm]]:
    near = iter([firm for firm in firms if firm.division == town])
    return [[next(near) for _ in range(chance.choice((2, 3, 3, 4)))] for _ in range(JOINT[town])]


def _independent(chance: Random, firm: Firm) -> _Draft:
    members = chance.randint(6, 38) if firm.is_scaled else chance.randint(3, 11)
    name = f"{firm.short_name or firm.name}党支部"
    return _Draft(name, BranchKind.INDEPENDENT, firm.division, {firm.name: members})


def _joint(chance: Random, groups: list[list[Firm]]) -> list[_Draft]:
    """Two hosts have two members each at least, so that the branch has the three it needs."""
    found: list[_Draft] = []
    for group in groups:
        town = group[0].division
        nth = sum(d.town == town for d in found)
        least = 2 if len(group) == 2 else 1
        members = {firm.name: chance.randint(least, 2) for firm in group}
        found.append(_Draft(f"{town}企业第{_numeral(nth + 1)}联合党支部", BranchKind.JOINT, town, members))
    return found


def _led(chance: Random, drafts: list[_Draft]) -> list[Branch]:
    fixed = {HAOKUN: HEAD_OF_HAOKUN, HENGYUE: SECRETARY_OF_HENGYUE}
    made = names("secretaries")
    free = [n for n, draft in enumerate(drafts) if not draft.members.keys() & fixed.keys()]
    technicians = {n for n, draft in enumerate(drafts) if HENGYUE in draft.members}
    technicians |= set(chance.sample(free, TECHNICIANS - len(technicians)))
    terms = _terms(chance, len(drafts))
    found = []
    for n, draft in enumerate(drafts):
        own = next((fixed[host] for host in draft.members if host in fixed), "")
        by_township = draft.kind == BranchKind.JOINT and n % 3 == 0
        found.append(
            Branch(
                name=draft.name,
                kind=draft.kind,
                superior=f"{draft.town}党委" if by_township else SUPERIOR,
                members=draft.members,
                probationary=int(sum(draft.members.values()) > 8 and n % 4 == 0),
                secretary=own or next(made),
                background=_background(n in technicians),
                founded=terms[n] + TERM_YEARS * 12 * chance.randint(0, 4),
                term=terms[n],
                place="党员活动室" if draft.kind == BranchKind.INDEPENDENT else "党群服务中心",
            )
        )
    return found


def _background(technician: bool) -> SecretaryBackground:
    return SecretaryBackground.TECHNICAL_BACKBONE if technician else SecretaryBackground.ENTERPRISE_HEAD


def _terms(chance: Random, many: int) -> list[int]:
    """Months since each term began: a few are over, some end soon, the rest are anywhere within theirs."""
    late = [chance.randint(38, 42) for _ in range(_OVERDUE)]
    soon = [chance.randint(31, 34) for _ in range(_SOON)]
    found = [*late, *soon, *(chance.randint(2, 29) for _ in range(many - _OVERDUE - _SOON))]
    chance.shuffle(found)
    return found


def _numeral(n: int) -> str:
    """1 … 99 in Chinese."""
    tens, ones = divmod(n, 10)
    head = ("" if tens < 2 else _NUMERALS[tens - 1]) + "十" if tens else ""
    return head + (_NUMERALS[ones - 1] if ones else "")
