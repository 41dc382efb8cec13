"""One row of a sheet on its way into the ledger: what was read of it, and what would become of it."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeAlias

from django.db.models import Model

from shuanglian.core.register.imports.cells import NOTHING
from shuanglian.core.register.messy import CellError

NEW, CHANGED, SAME, TWICE, WRONG = "new", "changed", "same", "twice", "wrong"
KINDS = (NEW, CHANGED, SAME, TWICE, WRONG)
WHOLE_ROW = ""
_NOTHING_WRONG: Mapping[str, CellError] = MappingProxyType({})
Cells: TypeAlias = dict[str, list[Any]]  # column key → its value in every row of the piece


class Line:
    """One row of the sheet: the values read (after corrections), what is wrong."""

    __slots__ = ("_cells", "_values", "at", "changes", "key", "number", "row", "twin", "unclear", "wrong")

    def __init__(self, number: int, at: int, cells: Cells) -> None:
        self.number, self.at, self._cells = number, at, cells
        self._values: dict[str, Any] | None = None
        self.wrong: Mapping[str, CellError] = _NOTHING_WRONG
        self.row: Model | None = None
        self.changes: Sequence[tuple[str, str, str]] = ()
        self.unclear = False  # several stored rows are meant by its keys
        self.twin = 0  # the row of the sheet that says the same already
        self.key: int | None = None  # of a new row that is decided

    @property
    def values(self) -> dict[str, Any]:
        """Column key → value, of the cells that say something."""
        if self._values is None:
            found = ((key, values[self.at]) for key, values in self._cells.items())
            self._values = {
                key: value for key, value in found if value is not NOTHING and type(value) is not CellError
            }
        return self._values

    def refuse(self, key: str, reason: CellError) -> None:
        """Something is wrong in this column; what was said first stays."""
        self.wrong = self.wrong if key in self.wrong else {**self.wrong, key: reason}

    def value(self, key: str) -> Any:
        """The value in a column that says something."""
        return self._cells[key][self.at]

    @property
    def kind(self) -> str:
        """new, changed, same, twice or wrong."""
        if self.twin:
            return TWICE
        if self.wrong:
            return WRONG
        if self.row is None:
            return NEW
        return CHANGED if self.changes else SAME

    @property
    def reasons(self) -> str:
        """Everything that is wrong, in one sentence."""
        return reasons_of(self.kind, self.twin, {key: error.reason for key, error in self.wrong.items()})


def reasons_of(kind: str, twin: int, wrong: Mapping[str, str]) -> str:
    """Why a row is not written, in one sentence."""
    return f"和第 {twin} 行重复" if kind == TWICE else "；".join(wrong.values())
