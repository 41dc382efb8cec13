"""Looking for words in needs: through indexes at any number of needs, with the meaning of "occurs in".

A word of two characters and more is found by its pairs of characters (index ``need_said``, function
``exchange_pairs``): Chinese has no spaces to cut words at, so pairs are what an index can hold. A text with all pairs
of a word is then read for the word itself. Organisations come first, their ids
in one query for each word, through their own index (``core.searching``).
"""

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, Func, Q, TextField, Value
from django.db.models.functions import Lower, StrIndex
from django.db.models.lookups import GreaterThan

from shuanglian.core.clock import today
from shuanglian.core.searching import may_hold
from shuanglian.directory.models import Organization

MOST_WORDS = 5
MOST_DIGITS = 5  # of a number without what all numbers begin with
NEED = "XQ"  # what numbers of needs begin with


def said(q: str) -> Q:
    """The condition "every word occurs": in title, detail, number, or the organisation's name or pinyin initials."""
    found = Q()
    for word in q.split()[:MOST_WORDS]:
        found &= says(word)
    return found


def says(word: str) -> Q:
    """The condition that one word occurs."""
    return Q(organization_id__in=_organizations(word)) | _numbered(word) | _written(word)


def _written(word: str) -> Q:
    """In title or detail. The pairs come last: making them of a row takes ten times as long as reading it."""
    low = word.lower()
    occurs = Q(GreaterThan(StrIndex(Lower("title"), Value(low)), 0))
    occurs |= Q(GreaterThan(StrIndex(Lower("detail"), Value(low)), 0))
    if len(low) < 2:
        return occurs
    pairs = sorted({low[i : i + 2] for i in range(len(low) - 1)})
    of_row = Func("title", "detail", function="exchange_pairs")
    wanted = Value(pairs, ArrayField(TextField()))
    return occurs & Q(
        Func(of_row, wanted, template="%(expressions)s", arg_joiner=" @> ", output_field=BooleanField())
    )


def _numbered(word: str) -> Q:
    """Numbers are ASCII and in capitals. Few digits are the last ones of a number of this year or the last: 77 is XQ20260077."""
    if not word.isascii():
        return Q()
    found = Q(number__startswith=word.upper())
    if word.isdecimal() and len(word) <= MOST_DIGITS:
        years = (today().year, today().year - 1)
        found |= Q(number__in=[f"{NEED}{year}{int(word):04d}" for year in years])
    return found


def _organizations(word: str) -> list[int]:
    named = Q(name__icontains=word) | Q(short_name__icontains=word) | Q(initials__startswith=word.lower())
    rows = Organization.objects.all()
    return list(rows.filter(named & may_hold(rows, word)).order_by().values_list("pk", flat=True))
