"""What a text says that it does *not* want: “不是缺钱，是缺人”, “不用培训，只要证”; and what it has already: “执照早有了”.

Such clauses count a fifth. Words of lacking (没有、没人、不会、不够) are no refusal: they *are* the need.
"""

import re
from dataclasses import dataclass

NEGATED_WEIGHT = 0.2
# Additive turns (“不光要…”) and questions (“是不是”) look alike and are no refusal.
_REFUSAL = re.compile(
    r"(?<![是要用想])(?:并不是|并非|不是(?!很|太|没|不)|不用(?!说)|不需要|不要(?!紧)|不想|不必|不找|不求|不图|不借|不贷|不招|不缺"
    r"|不打算|不考虑|用不着|犯不着|无需|无须|别再|不为"
    # What somebody will not do (“不评工程师”), not what does not work (“不开机”, “查不到”, “不报了”).
    r"|(?:^|(?<=我们|咱们|这回))不(?:办|学|租|买|卖|评|查|请|报|申|打|考|修|送|寄|发|换|装|雇|包|搞|参加)"
    r"(?!了|到|起|动|上|着|完|来|过|出|清|通|准|好|得|开|热|电|火|料))"
)
_HAD = re.compile(
    r"(?:早就有|早有|已经有|都有)了?$|(?:早|已经|刚)(?:办|做|交|查|考|学|开)(?:过|好)?了$|都会$|不缺$"
)
_TURN = re.compile(r"而是|只是想|只想|只要|就是要|就想|主要是|而要|是想|是要")
_CLAUSE = re.compile(r"[^，。；！？,;!?\n、:：]+")


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of text and what it counts: 1, or ``NEGATED_WEIGHT``."""

    text: str
    weight: float


def clauses(text: str) -> list[Clause]:
    """The text in clauses, each with its weight."""
    found: list[Clause] = []
    for match in _CLAUSE.finditer(text):
        found.extend(_split(match.group()))
    return found


def affirmed(text: str) -> str:
    """The text without its refusals; the whole text when nothing else is left or nothing is refused."""
    parts = clauses(text)
    kept = [part.text for part in parts if part.weight == 1.0]
    return "，".join(kept) if kept and len(kept) < len(parts) else text


def _split(clause: str) -> list[Clause]:
    if _HAD.search(clause.rstrip()):
        return [Clause(clause, NEGATED_WEIGHT)]
    refused = _REFUSAL.search(clause)
    if not refused or clause.rstrip().endswith(("吗", "呢", "么")):
        return [Clause(clause, 1.0)]
    turn = _TURN.search(clause, refused.end())
    end = turn.start() if turn else len(clause)
    parts = (
        (clause[: refused.start()], 1.0),
        (clause[refused.start() : end], NEGATED_WEIGHT),
        (clause[end:], 1.0),
    )
    return [Clause(text, weight) for text, weight in parts if text]
