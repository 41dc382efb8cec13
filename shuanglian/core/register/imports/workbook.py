"""Open an uploaded workbook without trusting it: size, type and unpacked size first, then in a process of its own.

The child (``reader.py``) has limited memory and time, so a file made to burst takes nothing down with it. It hands the rows
over one by one, so that a long sheet takes no more memory here than a short one.
"""

import datetime as dt
import io
import json
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any, TypeAlias

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

LARGEST = 30 * 1024 * 1024  # bytes as uploaded
UNPACKED = 400 * 1024 * 1024  # bytes of all parts together
SHORT = 1024 * 1024  # bytes of sheets and texts: about 500 rows of twenty columns
MOST_PARTS = 2_000
MOST_ROWS = 100_000
MOST_COLUMNS = 200
PATIENCE = 60  # seconds until the file must be open
_READER = "shuanglian.core.register.imports.reader"
_ROOT = Path(__file__).parents[4]
_PIECE = 1 << 20  # bytes
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_OTHERS = (  # what is brought under the name of a workbook, by its first bytes
    ((b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM"), "这是一张图片，不是 Excel 文件"),
    ((b"%PDF",), "这是 PDF 文件，不是 Excel 文件"),
    ((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b"), "这是压缩包，请先解开，再传里面的 Excel 文件"),
)
_SAVE_AS = "请用 Excel 或 WPS 打开，另存为 .xlsx 再传"

REFUSALS = {
    "rows": f"一次最多导入 {MOST_ROWS} 行，这个表更长，请分成几个文件",
    "columns": f"这个表超过 {MOST_COLUMNS} 列，不像台账，请检查是不是选错了文件",
    "password": "这个文件加了打开密码，请去掉密码后再传",
    "empty": "这个文件里没有内容",
    "broken": f"这个文件读不了，可能已损坏，或者展开后太大。{_SAVE_AS}",
    "large": "这个文件展开后太大，不能导入。请只保留要导入的那张表，另存后再传",
    "macros": f"这个文件带有宏，不能导入。{_SAVE_AS}（不带宏）",
    "outside": "这个文件引用了别的文件（外部链接），不能导入。请全选、复制、“选择性粘贴 → 数值”，另存后再传",
}
Table: TypeAlias = list[list[Any]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet with something in it: its place, name, number of rows and first rows; why it cannot be used."""

    at: int
    name: str
    rows: int
    head: Table
    refused: str = ""


class Book:
    """An open workbook: its visible sheets, and then the rows of one of them, once."""

    def __init__(self, child: "subprocess.Popen[bytes]") -> None:
        self._in: IO[bytes] = child.stdin  # type: ignore[assignment]
        self._out: IO[bytes] = child.stdout  # type: ignore[assignment]
        answer = self._line()
        self.sheets = tuple(Sheet(**sheet) for sheet in answer["sheets"])
        self.hidden = 0  # rows of data that the spreadsheet does not show: folded, or filtered away

    def rows(self, sheet: Sheet, first: int = 0) -> Iterator[tuple[str, list[Any]]]:
        """Every row of a sheet from its first on: the JSON it came as, and its cells.

        Cells are text, numbers, booleans or dates; blank ones are empty text. From the index ``first`` on, the first row of
        data, merged cells and marks like 同上 say what they stand for. Afterwards ``hidden`` is known.

        Raises:
            ValidationError: the sheet is too long or too wide, or breaks in the middle.
        """
        if sheet.refused:
            raise ValidationError(REFUSALS[sheet.refused])
        self._in.write(b"%d %d\n" % (sheet.at, first))
        self._in.flush()
        for line in self._out:
            text = line.decode().rstrip("\n")
            cells = _decode(text)
            if isinstance(cells, dict):
                self._refuse(cells)
                self.hidden = cells["hidden"]
                return
            yield text, cells
        raise ValidationError(REFUSALS["broken"])

    def _line(self) -> dict[str, Any]:
        line = self._out.readline()
        if not line:
            raise ValidationError(REFUSALS["broken"])
        answer: dict[str, Any] = _decode(line.decode())
        self._refuse(answer)
        return answer

    def _refuse(self, answer: dict[str, Any]) -> None:
        if refused := answer.get("refused"):
            raise ValidationError(REFUSALS[refused])


@contextmanager
def opened(data: bytes | Iterable[bytes]) -> Iterator[Book]:
    """A workbook, whole or as pieces in their order, open for as long as the block lasts.

    Raises:
        ValidationError: the file is broken, locked or empty, or takes more memory or time than a ledger may.
    """
    command = [sys.executable, "-E", "-s", "-m", _READER, str(MOST_ROWS), str(MOST_COLUMNS)]
    with subprocess.Popen(  # noqa: S603 (our own script, no shell)
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=_ROOT
    ) as child:
        watch = threading.Timer(PATIENCE, child.kill)
        watch.start()
        try:
            for piece in chain(_pieces(data) if isinstance(data, bytes) else data, (b"",)):
                child.stdin.write(b"%d\n" % len(piece) + piece)  # type: ignore[union-attr]
            child.stdin.flush()  # type: ignore[union-attr]
            book = Book(child)
            watch.cancel()
            yield book
        except BrokenPipeError:
            raise ValidationError(REFUSALS["broken"]) from None
        finally:
            watch.cancel()
            child.kill()
            with suppress(BrokenPipeError):
                child.stdin.close()  # type: ignore[union-attr]


def _pieces(data: bytes) -> Iterator[bytes]:
    return (data[start : start + _PIECE] for start in range(0, len(data), _PIECE))


def accept(upload: UploadedFile[Any]) -> bytes:
    """The bytes of an upload that may be a workbook.

    Raises:
        ValidationError: too large, not a workbook, locked, with macros or links to other files, or unpacking to too much.
    """
    if not upload.size:
        raise ValidationError("这个文件是空的，请重新选择")
    if upload.size > LARGEST:
        size = upload.size / 1024 / 1024
        raise ValidationError(f"文件不能超过 {LARGEST // 1024 // 1024} MB，这个有 {size:.1f} MB")
    data: bytes = upload.read()
    if data.startswith(_OLE):
        for mark, reason in ((_LOCKED, "password"), (_MACROS, "macros")):
            if mark in data:
                raise ValidationError(REFUSALS[reason])
    elif data.startswith(_ZIP):
        _check_parts(data)
    else:
        raise ValidationError(_what_else(data))
    return data


def is_short(data: bytes) -> bool:
    """Whether an accepted workbook is read while a person waits, by what its sheets unpack to."""
    if data.startswith(_OLE):
        return len(data) <= SHORT
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        texts = (
            i.file_size for i in parts.infolist() if i.filename.startswith(("xl/worksheets/", "xl/shared"))
        )
        return sum(texts) <= SHORT


def _what_else(data: bytes) -> str:
    for marks, sentence in _OTHERS:
        if data.startswith(marks):
            return sentence
    start = data[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<meta", b"<?xml")):
        return f"这是网页导出的表格，不是真正的 Excel 文件。{_SAVE_AS}"
    if b"\0" not in data[:4096]:
        return f"这是文本文件（例如 CSV），不是 Excel 文件。{_SAVE_AS}"
    return f"这不是 Excel 文件。{_SAVE_AS}"


def _check_parts(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            infos = parts.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise ValidationError(REFUSALS["broken"]) from None
    names = {info.filename for info in infos}
    if any(info.flag_bits & 1 for info in infos):
        raise ValidationError(REFUSALS["password"])
    if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > UNPACKED:
        raise ValidationError(REFUSALS["large"])
    if "content.xml" in names:
        raise ValidationError(f"这是 OpenDocument 表格（.ods），不是 Excel 文件。{_SAVE_AS}")
    if not any(name.startswith("xl/") for name in names):
        raise ValidationError("这不是 Excel 文件，请选择 .xlsx 或 .xls 文件")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise ValidationError(REFUSALS["macros"])
    if any(name.lower().startswith("xl/externallinks/") for name in names):
        raise ValidationError(REFUSALS["outside"])


def as_cell(value: dict[str, Any]) -> Any:
    """What a cell that JSON cannot hold stands for: a date or a moment."""
    if "t" in value:
        return dt.datetime.fromisoformat(value["t"])
    return dt.date.fromisoformat(value["d"]) if "d" in value else value


_decode = json.JSONDecoder(object_hook=as_cell).decode
