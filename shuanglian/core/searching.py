"""Words inside names, codes and initials, found through one index at any number of rows.

A model that is searched declares an index over the pieces of its texts: ``GinIndex(Pieces("name", "code"), name=…)``. Pieces
are what stands next to each other: two characters, three where all are ASCII, since codes of one county begin alike and
Chinese has no spaces to cut words at. A text that holds a word holds all its pieces; the contrary has to be looked at, so
``may_hold`` only narrows, and the exact condition stands beside it.
"""

import json
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, Func, Model, Q, QuerySet, TextField, Value

COMMON = 100_000  # rows; a word in more of them is met soon enough by reading
TELLING = 6  # characters at the end of an ASCII word


class Pieces(Func):
    """The pieces of some text fields of a row together (function ``core_pieces`` of the database)."""

    function = "core_pieces"
    arg_joiner = " || ' ' || "
    output_field = ArrayField(TextField())


def pieces_of(model: type[Model]) -> tuple[str, ...]:
    """The fields whose pieces this model has an index of; none when it has none."""
    for index in model._meta.indexes:
        for expression in index.expressions:
            if isinstance(expression, Pieces):
                return tuple(source.name for source in expression.get_source_expressions())
    return ()


def may_hold(rows: QuerySet[Any], *spellings: str) -> Q:
    """The condition that a row has all pieces of one of these spellings; no condition where that would not help.

    It does not help without an index, for a word too short to have pieces, or for one that is nearly everywhere: the
    planner, who keeps count of pieces, is asked.
    """
    fields = pieces_of(rows.model)
    if not fields or not all(map(_has_pieces, spellings)):
        return Q()
    found = Q()
    for spelling in spellings:
        held = Func(
            Pieces(*fields),
            Pieces(Value(_telling(spelling))),
            template="%(expressions)s",
            arg_joiner=" @> ",
            output_field=BooleanField(),
        )
        found |= Q(held)
    return Q() if _expected(rows.model, found) > COMMON else found


def _has_pieces(word: str) -> bool:
    return len(word) >= 3 or (len(word) == 2 and not word.isascii())


def _telling(word: str) -> str:
    """Codes of one county begin alike and differ at the end: a few pieces from there say as much and cost a tenth."""
    return word[-TELLING:] if word.isascii() else word


def _expected(model: type[Model], found: Q) -> float:
    """How many rows the planner expects; nothing is read."""
    said: Any = model._default_manager.filter(found).order_by().values("pk").explain(format="json")
    return float((json.loads(said) if isinstance(said, str) else said)[0]["Plan"]["Plan Rows"])
