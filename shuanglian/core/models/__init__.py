"""Bases every table shares, and the kernel's own tables, one file per noun."""

from shuanglian.core.models.base import Stamped
from shuanglian.core.models.file import StoredFile
from shuanglian.core.models.history import ChainHead, Entry, Seal
from shuanglian.core.models.importing import (
    ImportBatch,
    ImportFile,
    ImportPiece,
    ImportRow,
    ImportState,
    KnownHeading,
)
from shuanglian.core.models.notice import Notice, NoticePreference, Pace
from shuanglian.core.models.register import ColumnChoice, Export, ExportState, SavedView
from shuanglian.core.models.suggestion import Suggestion
from shuanglian.core.models.word import CalendarDay, Counter, Term

__all__ = [
    "CalendarDay",
    "ChainHead",
    "ColumnChoice",
    "Counter",
    "Entry",
    "Export",
    "ExportState",
    "ImportBatch",
    "ImportFile",
    "ImportPiece",
    "ImportRow",
    "ImportState",
    "KnownHeading",
    "Notice",
    "NoticePreference",
    "Pace",
    "SavedView",
    "Seal",
    "Stamped",
    "StoredFile",
    "Suggestion",
    "Term",
]
