"""Needs and offers from files, one JSON object a line. Whatever is wrong is said in a sentence, with the file and the line.

``id`` is needed and stands once in a file; all else may be missing or null. Categories are given by code or by name, an
unknown one counts as none. Numbers serve as ids.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from shuanglian.matching.engine.records import ANYWHERE, CATEGORIES, Need, Offer

_WHOLE_COUNTY = {"", "县域", "全县"}
_CODES = {name: code for code, (name, _) in CATEGORIES.items()}
MOST = 10**9  # of a capacity, a demand, a ceiling
Record = TypeVar("Record", Need, Offer)


class FileError(ValueError):
    """A file that does not hold what it should; the message is a sentence for the person who gave it."""


def read_offers(path: Path) -> list[Offer]:
    """Offers of a file. Raises ``FileError`` and ``OSError``."""
    return _read(path, _offer)


def read_needs(path: Path) -> list[Need]:
    """Needs of a file. Raises ``FileError`` and ``OSError``."""
    return _read(path, _need)


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The objects of a file. Raises ``FileError`` and ``OSError``."""
    return [row for _, row in _rows(path)]


def read_count(row: Mapping[str, Any], name: str, default: int = 1) -> int:
    """A whole number from 0 on; the default where it is missing or null. Raises ``FileError``."""
    given = row.get(name)
    if given is None:
        return default
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= MOST:
        known = next((str(row[key]) for key in ("id", "unit") if key in row), "")
        raise FileError(f"{known} 的 {name} 应为 0 到 {MOST} 的整数，现为 {given}")
    return given


def say(error: Exception) -> str:
    """What went wrong, as a sentence for the person who gave the files."""
    if isinstance(error, FileNotFoundError):
        return f"找不到 {error.filename}"
    if isinstance(error, IsADirectoryError):
        return f"{error.filename} 是文件夹，不是文件"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename} 打不开：{error.strerror}"
    return str(error)


def _read(path: Path, made: Callable[[dict[str, Any]], Record]) -> list[Record]:
    found: dict[str, Record] = {}
    for line, row in _rows(path):
        try:
            record = made(row)
        except FileError as error:
            raise FileError(f"{path} 第 {line} 行：{error}") from error
        if record.id in found:
            raise FileError(f"{path} 第 {line} 行：编号 {record.id} 重复")
        found[record.id] = record
    return list(found.values())


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(f"{path} 不是 UTF-8 编码的文本") from error
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise FileError(f"{path} 第 {number} 行不是 JSON：{error}") from error
        if not isinstance(row, dict):
            raise FileError(f"{path} 第 {number} 行：应为一个 JSON 对象")
        yield number, row


def _offer(row: dict[str, Any]) -> Offer:
    return Offer(
        id=_id(row),
        title=_text(row, "title"),
        detail=_text(row, "description"),
        category=_category(row),
        unit=_text(row, "unit"),
        region=_region(row),
        valid_from=_day(row, "valid_from"),
        valid_until=_day(row, "valid_to"),
    )


def _need(row: dict[str, Any]) -> Need:
    title, detail = _text(row, "title"), _text(row, "description")
    return Need(id=_id(row), title=title, detail=detail, category=_category(row), region=_region(row))


def _id(row: dict[str, Any]) -> str:
    given = row.get("id")
    if isinstance(given, bool) or not isinstance(given, str | int) or given == "":
        raise FileError("缺少 id")
    return _whole(str(given))


def _text(row: dict[str, Any], name: str) -> str:
    given = row.get(name)
    if given is not None and not isinstance(given, str):
        raise FileError(f"{name} 应为文字")
    return _whole(given or "")


def _whole(text: str) -> str:
    """The text with halves of characters, which JSON can express, replaced."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _category(row: dict[str, Any]) -> str:
    given = _text(row, "category").strip()
    return given if given in CATEGORIES else _CODES.get(given, "")


def _region(row: dict[str, Any]) -> str:
    given = _text(row, "region").strip()
    return ANYWHERE if given in _WHOLE_COUNTY else given


def _day(row: dict[str, Any], name: str) -> dt.date | None:
    given = _text(row, name).strip()
    try:
        return dt.date.fromisoformat(given) if given else None
    except ValueError as error:
        raise FileError(f"{name} 应为 2026-05-01 这样的日期，现为 {given}") from error
