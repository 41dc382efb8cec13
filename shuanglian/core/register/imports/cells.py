"""What a cell of a sheet says in one column of the ledger: a value, nothing, or an error with its reason.

Before the column itself reads a cell, this refuses what no column may take in, and passes over what people write to leave
a cell empty.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from django.core.exceptions import ValidationError
from django.db.models import TextField

from shuanglian.core.register.columns import Code, Column, field_at
from shuanglian.core.register.declare import Register
from shuanglian.core.register.imports.idnumbers import LENGTH as ID_LENGTH
from shuanglian.core.register.imports.idnumbers import holds_id, may_hold_id
from shuanglian.core.register.messy import ERRORS, CellError, as_line, as_text, plain

NOTHING = object()
ID_REFUSED = "这一格里有身份证号码。本系统的工作用不到，也不收集，请删掉"
_REMEMBERED = 4_096  # texts of one column whose reading is remembered
_QUOTES = ("'", "’", "‘", "`")  # typed before a number to keep it text
# number of the row, its cells, what was corrected by hand
Source: TypeAlias = tuple[int, Sequence[Any], Mapping[str, str]]
_SHORT = 4  # characters of what means nothing, like 暂无 or /
_UNUSUAL = frozenset(" #").union(
    _QUOTES
)  # blanks, quotes and the errors of formulas have to be looked at one by one


class ColumnReader:
    """Reads one column. What was read before is not read again: most columns of a ledger hold few different texts."""

    def __init__(self, register: Register, column: Column, place: int, user: Any) -> None:
        self.column, self.place = column, place
        self._known = column.known(user)
        field = field_at(register.model, column.path)
        self._longest = getattr(field, "max_length", None)
        self._one_line = not isinstance(field, TextField)
        # apart: 1.0 and True are equal, and read differently
        self._texts, self._numbers = _Remembered(self._text), _Remembered(self._value)

    def read(self, cell: Any) -> Any:
        """The value of a cell, the ``CellError`` that it is, or ``NOTHING``."""
        return NOTHING if cell is None else self._texts[cell] if type(cell) is str else self._value(cell)

    def read_all(self, cells: Sequence[Any]) -> list[Any]:
        """``read`` for this column of many rows."""
        if _differ(cells) and (values := self._read_plainly(cells)):
            return values
        texts, numbers = self._texts, self._numbers
        return [
            texts[cell] if type(cell) is str else numbers[cell] if type(cell) is float else self.read(cell)
            for cell in cells
        ]

    def _read_plainly(self, cells: Sequence[str]) -> list[Any] | None:
        """The values of texts about which there is no question, looked at all together; None when there may be one."""
        joined, longest = "".join(cells), max(map(len, cells))
        if min(map(len, cells)) <= _SHORT or not joined.isprintable() or not _UNUSUAL.isdisjoint(joined):
            return None
        if self._longest and longest > self._longest:
            return None
        if longest >= ID_LENGTH and not isinstance(self.column, Code) and may_hold_id("\n".join(cells)):
            return None
        values = self.column.read_all(cells)
        if values is None or self.column.check is None:
            return values
        try:
            return list(map(self.column.check, values))
        except (CellError, ValidationError):
            return None

    def _text(self, cell: str) -> Any:
        if cell.startswith(_QUOTES):
            cell = cell.lstrip("".join(_QUOTES))
        text = as_text(cell)
        if not text or (len(text) <= _SHORT and self._means_nothing(plain(text))):
            return NOTHING
        if text in ERRORS:
            return CellError(ERRORS[text])
        if not isinstance(self.column, Code) and holds_id(text):
            return CellError(ID_REFUSED)
        return self._value(cell)

    def _means_nothing(self, text: str) -> bool:
        return not text or (text in self.column.nothing and text not in (self._known or ()))

    def _value(self, cell: Any) -> Any:
        try:
            value = self.column.read(cell, self._known)
            if self.column.check is not None:
                value = self.column.check(value)
        except CellError as error:
            return error
        except ValidationError as error:
            return CellError("；".join(error.messages))
        if not isinstance(value, str):
            return value
        if self._one_line and "\n" in value:
            value = as_line(value)
        if self._longest and len(value) > self._longest:
            return CellError(f"不能超过 {self._longest} 个字，现在有 {len(value)} 个")
        return value


def _differ(cells: Sequence[Any]) -> bool:
    """Whether these are texts, and so different that it does not pay to remember them."""
    if not cells or set(map(type, cells)) != {str}:
        return False
    return len(set(cells)) * 4 > len(cells)


class _Remembered(dict[Any, Any]):
    """What the first few thousand different cells of a column were read as."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: Any) -> Any:
        value = self._read(cell)
        if len(self) < _REMEMBERED:
            self[cell] = value
        return value
