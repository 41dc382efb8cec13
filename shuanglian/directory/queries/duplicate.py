"""Organisations that may have been entered twice, with the reasons. Pure but for the last three functions.

Reasons, strongest first: the same code (a wrong last character, or the same body of another registrar), the same name once
place and legal form are taken off, names that sound or look alike, the same telephone. Two valid codes of different bodies
are two bodies: then only the very same name or telephone still asks for a look.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from shuanglian.accounts.models import User
from shuanglian.core.access import can
from shuanglian.directory.models import NotSame, Organization

ALIKE = 0.8  # of the pairs of neighbouring characters two names share (Dice)
COMMON = 40  # a pair of characters in more names than this says nothing: 锻造, 法兰
SHARED = 4  # a telephone of more organisations than this is an agent's
_PLACE = re.compile(r"^(山西省?|忻州市?|定襄县?)+")
_FORM = re.compile(
    r"(有限责任公司|股份有限公司|集团有限公司|有限公司|集团公司|公司|集团|厂|店|部|专业合作社|合作社)+$"
)
_NOISE = re.compile(r"[\s()\[\]【】〔〕<>《》“”\"'·・,，.。、\-—_]")
_PLACE_SOUND = re.compile(r"^((shan xi|xin zhou|ding xiang)( sheng| shi| xian)? )+")
_FORM_SOUND = re.compile(r"( (gu fen|ji tuan|you xian( ze ren)?|gong si|chang))+$")


@dataclass(frozen=True, slots=True)
class Facts:
    """What two entries are compared by."""

    pk: int
    name: str
    uscc: str
    doubtful: bool
    phone: str
    pinyin: str

    @property
    def body(self) -> str:
        """Characters 9 to 17 of the code: the organisation itself, whoever registered it."""
        return self.uscc[8:17]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries that may be one organisation, and why."""

    first: int
    second: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """A pair with its rows, for a page."""

    first: Organization
    second: Organization
    reasons: tuple[str, ...]


def core_of(name: str) -> str:
    """A name without its place, its legal form and punctuation: 山西昊坤法兰（集团）有限公司 → 昊坤法兰."""
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", name))
    return _FORM.sub("", _PLACE.sub("", plain)) or plain


def sound_of(pinyin: str) -> str:
    """The same of a stored spelling."""
    return _FORM_SOUND.sub("", _PLACE_SOUND.sub("", pinyin)) or pinyin


def likeness(first: str, second: str) -> float:
    """How much of their neighbouring characters two names share, 0 to 1 (Dice)."""
    one, two = _grams(first), _grams(second)
    return 2 * len(one & two) / (len(one) + len(two)) if one and two else 0.0


def likely_pairs(entries: Iterable[Facts]) -> list[Pair]:
    """Every pair with at least one reason, in the order of the entries. Near-linear: only rows that share a key meet."""
    facts = {row.pk: row for row in entries}
    order = {pk: n for n, pk in enumerate(facts)}
    reasons: dict[tuple[int, int], list[str]] = defaultdict(list)
    for found, reason in (
        (_sharing(facts, lambda f: f.uscc[:17]), "信用代码只差最后一位"),
        (_sharing(facts, lambda f: f.body), "信用代码里的主体代码相同"),
        (_sharing(facts, lambda f: core_of(f.name)), "去掉地名和公司形式，名称相同"),
        (_sharing(facts, lambda f: sound_of(f.pinyin)), "名称读音相同"),
        (_looking_alike(facts), "名称很像"),
        (_sharing(facts, lambda f: f.phone, SHARED), "联系电话相同"),
    ):
        for pair in found:
            reasons[pair].append(reason)
    pairs = (Pair(*pair, _said(facts, pair, why)) for pair, why in reasons.items())
    return sorted((p for p in pairs if p.reasons), key=lambda p: (order[p.first], order[p.second]))


def duplicates_visible_to(user: User) -> list[Alike]:
    """The pairs nobody has yet decided on, for those who may merge; nothing for others."""
    if not can(user, "directory.merge_organizations"):
        return []
    settled = set(NotSame.objects.filter(county=user.county).values_list("first_id", "second_id"))
    pairs = [p for p in likely_pairs(_entries(user.county)) if _key(p.first, p.second) not in settled]
    rows = Organization.objects.select_related("division").in_bulk(
        {pk for p in pairs for pk in (p.first, p.second)}
    )
    return [Alike(rows[p.first], rows[p.second], p.reasons) for p in pairs]


def alike_to(organization: Organization, user: User) -> list[Alike]:
    """The undecided pairs one organisation is part of; it stands first in each."""
    found = [d for d in duplicates_visible_to(user) if organization.pk in (d.first.pk, d.second.pk)]
    return [d if d.first.pk == organization.pk else Alike(d.second, d.first, d.reasons) for d in found]


def _entries(county: str) -> Iterator[Facts]:
    rows = Organization.objects.filter(county=county, merged_into=None).order_by("pinyin", "pk")
    for values in rows.values_list("pk", "name", "uscc", "uscc_doubtful", "contact_phone", "pinyin"):
        yield Facts(*values)


def _key(first: int, second: int) -> tuple[int, int]:
    return (first, second) if first < second else (second, first)


def _sharing(
    facts: dict[int, Facts], key: Callable[[Facts], str], most: int = COMMON
) -> Iterator[tuple[int, int]]:
    """Pairs that have the same key; an empty key is none, one that too many share says nothing."""
    held: dict[str, list[int]] = defaultdict(list)
    for pk, row in facts.items():
        if text := key(row):
            held[text].append(pk)
    for group in held.values():
        if len(group) <= most:
            yield from combinations(group, 2)


def _looking_alike(facts: dict[int, Facts]) -> set[tuple[int, int]]:
    """Pairs of names that share an uncommon pair of characters and most of the others."""
    cores = {pk: core_of(row.name) for pk, row in facts.items()}
    holders: dict[str, list[int]] = defaultdict(list)
    for pk, core in cores.items():
        for gram in _grams(core):
            holders[gram].append(pk)
    near = {pair for group in holders.values() if len(group) <= COMMON for pair in combinations(group, 2)}
    return {(a, b) for a, b in near if cores[a] != cores[b] and likeness(cores[a], cores[b]) >= ALIKE}


def _grams(text: str) -> set[str]:
    return {text[n : n + 2] for n in range(len(text) - 1)}


def _said(facts: dict[int, Facts], pair: tuple[int, int], why: list[str]) -> tuple[str, ...]:
    """The reasons that count: a stronger one makes its weaker kind superfluous, two valid codes outweigh a likeness."""
    one, two = facts[pair[0]], facts[pair[1]]
    if why[0] == "信用代码只差最后一位":
        why = [w for w in why if w != "信用代码里的主体代码相同"]
    if "去掉地名和公司形式，名称相同" in why:
        why = [w for w in why if w != "名称读音相同"]
    certain = one.uscc and two.uscc and not one.doubtful and not two.doubtful and one.body != two.body
    if certain:
        why = [w for w in why if w not in ("名称读音相同", "名称很像")]
        if one.name != two.name:
            why = [w for w in why if w != "去掉地名和公司形式，名称相同" or "联系电话相同" in why]
    return tuple(why)
