"""The kinds of columns. One column is the same fact on the list, on the detail page, in Excel and in the history.

A column knows how to take its value from a row, how to say it in a table (``short``) and in full (``words``), what to
write into a sheet cell, and how to read it back from a messy one. Times are said in the county's time zone.
"""

from shuanglian.core.register.columns.base import NOTHING, Column, Text, blank, field_at, meets_many
from shuanglian.core.register.columns.pointers import Choice, Link, Links, Person
from shuanglian.core.register.columns.values import Code, Date, Moment, Money, Number, Phone, Quantity, YesNo

__all__ = [
    "NOTHING",
    "Choice",
    "Code",
    "Column",
    "Date",
    "Link",
    "Links",
    "Moment",
    "Money",
    "Number",
    "Person",
    "Phone",
    "Quantity",
    "Text",
    "YesNo",
    "blank",
    "field_at",
    "meets_many",
]
