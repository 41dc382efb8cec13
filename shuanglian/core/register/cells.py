"""What a cell of a sheet says in one column of the ledger: a value, nothing, or an error with its reason.

Before the column itself reads a cell, this refuses what no column may take in, and passes over what people write to leave
a cell empty.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import TextField

from shuanglian.core.register.columns import Code, Column, field_at
from shuanglian.core.register.declare import Register
from shuanglian.core.register.idnumbers import holds_id
from shuanglian.core.register.messy import ERRORS, CellError, as_line, as_text, plain

NOTHING = object()
ID_REFUSED = "这一格里有身份证号码。本系统的工作用不到，也不收集，请删掉"
_REMEMBERED = 4_096  # texts of one column whose reading is remembered
_QUOTES = ("'", "’")  # typed before a number to keep it text
_SHORT = 4  # characters of what means nothing, like 暂无 or /


class ColumnReader:
    """Reads one column. A text read before is not read again: most columns of a ledger hold few different ones."""

    def __init__(self, register: Register, column: Column, place: int, user: Any) -> None:
        self.column, self.place = column, place
        self._known = column.known(user)
        field = field_at(register.model, column.path)
        self._longest = getattr(field, "max_length", None)
        self._one_line = not isinstance(field, TextField)
        self._seen: dict[str, Any] = {}

    def read(self, cell: Any) -> Any:
        """The value of a filled cell, the ``CellError`` that it is, or ``NOTHING``."""
        if not isinstance(cell, str):
            return self._value(cell)
        value = self._seen.get(cell)
        if value is None:
            value = self._text(cell)
            if len(self._seen) < _REMEMBERED:
                self._seen[cell] = value
        return value

    def _text(self, cell: str) -> Any:
        if cell.startswith(_QUOTES):
            cell = cell.lstrip("'’")
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
