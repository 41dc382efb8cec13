"""Open an uploaded workbook without trusting it: size, type and unpacked size first, then in a process of its own.

The child (``reader.py``) has limited memory and time, so a file made to burst takes nothing down with it.
"""

import datetime as dt
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

LARGEST = 10 * 1024 * 1024  # bytes as uploaded
UNPACKED = 300 * 1024 * 1024  # bytes of all parts together
MOST_PARTS = 2_000
MOST_ROWS = 20_000
MOST_COLUMNS = 200
PATIENCE = 60  # seconds
_READER = Path(__file__).with_name("reader.py")
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")

REFUSALS = {
    "rows": f"一次最多导入 {MOST_ROWS} 行，这个表更长，请分成几个文件",
    "columns": f"这个表超过 {MOST_COLUMNS} 列，不像台账，请检查是不是选错了文件",
    "password": "这个文件加了打开密码，请去掉密码后再传",
    "empty": "这个文件里没有内容",
    "broken": "这个文件读不了，可能已损坏。请用 Excel 或 WPS 打开，另存为 .xlsx 再传",
}
Table = list[list[Any]]


def accept(upload: UploadedFile[Any]) -> bytes:
    """The bytes of an upload that may be a workbook.

    Raises:
        ValidationError: too large, not a workbook, locked, or unpacking to too much.
    """
    if not upload.size:
        raise ValidationError("这个文件是空的，请重新选择")
    if upload.size > LARGEST:
        size = upload.size / 1024 / 1024
        raise ValidationError(f"文件不能超过 {LARGEST // 1024 // 1024} MB，这个有 {size:.1f} MB")
    data: bytes = upload.read()
    if data.startswith(_OLE):
        if _LOCKED in data:
            raise ValidationError(REFUSALS["password"])
        return data
    if not data.startswith(_ZIP):
        raise ValidationError(
            "这不是 Excel 文件（有的网页导出的“xls”其实不是）。请用 Excel 或 WPS 另存为 .xlsx 再传"
        )
    _check_parts(data)
    return data


def table_of(data: bytes) -> Table:
    """The cells of the first sheet that has any: text, numbers, booleans, dates or None; row 1 is index 0.

    Raises:
        ValidationError: the file is broken, locked, empty or too long.
    """
    try:
        child = subprocess.run(  # noqa: S603 (our own script, no shell)
            [sys.executable, "-I", str(_READER), str(MOST_ROWS), str(MOST_COLUMNS)],
            input=data,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ValidationError(REFUSALS["broken"]) from None
    if child.returncode != 0:
        raise ValidationError(REFUSALS["broken"])
    answer = json.loads(child.stdout)
    if refused := answer.get("refused"):
        raise ValidationError(REFUSALS[refused])
    return [[_cell(value) for value in row] for row in answer["rows"]]


def _check_parts(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            infos = parts.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise ValidationError(REFUSALS["broken"]) from None
    if any(info.flag_bits & 1 for info in infos):
        raise ValidationError(REFUSALS["password"])
    if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > UNPACKED:
        raise ValidationError("这个文件展开后太大，不能导入。请只保留要导入的那张表，另存后再传")
    if not any(info.filename.startswith("xl/") for info in infos):
        raise ValidationError("这不是 Excel 文件，请选择 .xlsx 或 .xls 文件")


def _cell(value: Any) -> Any:
    if isinstance(value, dict):
        return dt.datetime.fromisoformat(value["t"]) if "t" in value else dt.date.fromisoformat(value["d"])
    return value
