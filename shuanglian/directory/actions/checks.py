"""What the actions of every noun check and work out alike: names and their spelling, telephones, texts that fit."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CharField, Model

from shuanglian.core import pinyin
from shuanglian.core.bulk import Row, fits
from shuanglian.core.many import Many, is_one
from shuanglian.core.phones import normalise_phone, phone_fault

_INITIALS = 60


def tidy(row: Model, phones: Iterable[str] = (), names: Iterable[str] = ("name",)) -> dict[str, str]:
    """Trim texts, normalise telephones, spell the names for sorting and search; returns the faults by field."""
    for name, value in list(vars(row).items()):
        if isinstance(value, str) and value != (trimmed := value.strip()):
            setattr(row, name, trimmed)
    faults = {}
    for phone in phones:
        number = normalise_phone(getattr(row, phone))
        setattr(row, phone, number)
        if number and (fault := phone_fault(number)):
            faults[phone] = fault
    spelled = [getattr(row, name) for name in names]
    row.pinyin = pinyin.sort_key(spelled[0])  # type: ignore[attr-defined]
    row.initials = _joined(map(pinyin.initials, spelled))  # type: ignore[attr-defined]
    return faults


def tidy_many(many: Many, phones: Iterable[str] = (), names: Iterable[str] = ("name",)) -> set[int]:
    """``tidy`` for many new rows; the places of those with a fault."""
    columns, faulty = many.columns, set[int]()
    for field in many.model._meta.concrete_fields:
        if isinstance(field, CharField):
            values = columns[field.attname]
            one = is_one(values)
            columns[field.attname] = [values[0].strip()] * many.count if one else list(map(str.strip, values))
    for phone in phones:
        numbers = columns[phone] = list(map(normalise_phone, columns[phone]))
        faulty |= {at for at, number in enumerate(numbers) if number and phone_fault(number)}
    first, *others = (columns[name] for name in names)
    read = list(map(pinyin.both, first))
    columns["pinyin"], initials = [full for full, _ in read], [letters for _, letters in read]
    if any(map(any, others)):
        called = zip(initials, *(map(pinyin.initials, other) for other in others), strict=True)
        initials = list(map(_joined, called))
    columns["initials"] = initials
    return faulty


def _joined(initials: Iterable[str]) -> str:
    return " ".join(filter(None, initials))[:_INITIALS]


def refuse(row: Model, faults: dict[str, str]) -> None:
    """Raise what is wrong, our own sentences first, then what the fields themselves refuse (length, words).

    Raises:
        ValidationError: by field.
    """
    if not faults and fits(row):
        return
    try:
        row.clean_fields(exclude=["pinyin", "initials", *faults])
    except ValidationError as refusal:
        faults = {**{field: messages[0] for field, messages in refusal.message_dict.items()}, **faults}
    if faults:
        raise ValidationError(faults)


def apply(row: Row, facts: Any) -> Row:
    """The row, with the facts of an action on it."""
    for name, value in facts.items():
        setattr(row, name, value)
    return row
