"""The dictionary of how the trade talks, as the office keeps it."""

from typing import Any

from django.db.models import Count, Max, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from shuanglian.core.access import can
from shuanglian.matching.engine.lexicon import Entry, Lexicon
from shuanglian.matching.models import FittedWeights, LexiconEntry


def lexicon_visible_to(user: Any) -> QuerySet[LexiconEntry]:
    """All entries, also those no longer used, for whoever keeps or checks them."""
    entries = LexiconEntry.objects.all()
    return entries if can(user, "matching.view_lexiconentry") else entries.none()


def edition() -> int:
    """A number that every change of an entry, and every set of better weights, raises, whatever the order of commits."""
    better = FittedWeights.objects.filter(in_use=True).order_by().values("in_use").annotate(n=Count("pk"))
    found = LexiconEntry.objects.aggregate(
        changes=Coalesce(Sum("number"), 0), better=Coalesce(Max(Subquery(better.values("n"))), 0)
    )
    return int(found["changes"] + found["better"])


def lexicon() -> Lexicon:
    """The entries in use, for the engine. The version beside suggestions is the edition they were read at."""
    version = edition()  # before the entries: a change in between is read again later, never missed
    rows = LexiconEntry.objects.filter(in_use=True).values_list("key", "category", "service", "words", "talk")
    return Lexicon(
        str(version),
        tuple(
            Entry(key, category, service, tuple(words.splitlines()), tuple(talk.splitlines()))
            for key, category, service, words, talk in rows
        ),
    )
