"""The rules of handbook 2.2 as numbers: words of the dictionary ``directory_rule``, changed on the page 字典."""

import datetime as dt
import re
from calendar import monthrange

from shuanglian.core import dictionary

RULES = "directory_rule"
# What holds while a word is missing or names no number.
HANDBOOK = {
    "term_committee": 5,
    "term_general": 3,
    "term_branch": 3,
    "remind_months": 6,
    "extend_years": 1,
    "joint_most": 5,
    "members_least": 3,
    "members_most": 50,
    "committee_from": 7,
    "check_months": 12,
    "contact_months": 6,
}
_NUMBER = re.compile(r"\d{1,3}")


def rule(code: str) -> int:
    """The number a rule names: 6 of “6 个月”; the handbook's where the dictionary says none.

    Raises:
        KeyError: there is no such rule.
    """
    usual = HANDBOOK[code]
    found = _NUMBER.search(dictionary.names(RULES).get(code, ""))
    return int(found[0]) if found else usual


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day some months later or earlier; the month's last day where there is none (29 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
