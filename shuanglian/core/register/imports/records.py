"""The marks of a sheet of an old workbook (.xls): as ``marks`` finds them in XML, here in the records of a compound file.

The file is cut into sectors, and a table says which follows which (MS-CFB); the stream of the workbook is a sequence of
records, each with its type and length (MS-XLS). Whatever does not look like that has no marks.
"""

import mmap
import struct
from collections.abc import Iterator, Sequence
from typing import IO

from shuanglian.core.register.imports.marks import Marks

_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_BEGIN, _END, _SHEET, _ROW, _CELL, _FORMULA = 0x0809, 0x000A, 0x0085, 0x0208, 0x0205, 0x0006
_SMALL = 64  # bytes of the sectors of short streams
_LAST = 0xFFFF_FFFA  # numbers of sectors are below
_HIDDEN = 0x20  # the flag of a row
_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NAMES = ("Workbook", "Book")


def marks_of(file: IO[bytes], at: int) -> Marks:
    """The marks of the sheet at this place; none where the file is put together unusually."""
    marks = Marks()
    try:
        stream = _workbook(file)
        starts = [_number(stream, body) for kind, body in _records(stream, 0) if kind == _SHEET]
        for kind, body in _records(stream, starts[at]):
            if kind == _ROW and _number(stream, body + 12) & _HIDDEN:
                marks.hidden.add(_short(stream, body))
            elif (code := _error(stream, kind, body)) in _ERRORS:
                row, column = struct.unpack_from("<HH", stream, body)
                marks.cells[row].append((column, _ERRORS[code]))
    except (struct.error, IndexError, ValueError, StopIteration, OSError):
        return Marks()
    return marks


def _error(stream: bytes, kind: int, body: int) -> int:
    """The code of the error that a cell holds or a formula came to; -1 for anything else."""
    if kind == _CELL:
        return stream[body + 6] if stream[body + 7] else -1
    if kind == _FORMULA and stream[body + 6] == 2 and stream[body + 12 : body + 14] == b"\xff\xff":
        return stream[body + 8]
    return -1


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Type and place of the records that begin here, to the end of the sheet; what lies within charts is left out."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        depth += (kind == _BEGIN) - (kind == _END)
        if not depth:
            return
        if depth == 1:
            yield kind, at + 4
        at += 4 + length


def _workbook(file: IO[bytes]) -> bytes:
    """The stream of the workbook."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[:8] != _MAGIC or _short(data, 30) not in (9, 12):
            raise ValueError
        size = 1 << _short(data, 30)

        def joined(start: int) -> bytes:
            return b"".join(data[(n + 1) * size : (n + 2) * size] for n in _chain(following, start))

        following = _sectors_table(data, size)
        directory = joined(_number(data, 48))
        entries = [directory[place : place + 128] for place in range(0, len(directory), 128)]
        entry = next(
            entry for entry in entries if entry[: max(_short(entry, 64) - 2, 0)].decode("utf-16-le") in _NAMES
        )
        start, length = _number(entry, 116), _number(entry, 120)
        if length >= _number(data, 56):
            return joined(start)[:length]
        small, parts = _numbers(joined(_number(data, 60))), joined(_number(entries[0], 116))
        return b"".join(parts[n * _SMALL : (n + 1) * _SMALL] for n in _chain(small, start))[:length]


def _sectors_table(data: mmap.mmap, size: int) -> Sequence[int]:
    """Which sector follows which: a table in sectors, whose own numbers begin in the header."""
    tables, more = list(_numbers(data[76:512])), _number(data, 68)
    while more < _LAST and len(tables) <= len(data) // size:
        *others, more = _numbers(data[(more + 1) * size : (more + 2) * size])
        tables += others
    return _numbers(b"".join(data[(n + 1) * size : (n + 2) * size] for n in tables if n < _LAST))


def _chain(following: Sequence[int], number: int) -> Iterator[int]:
    for _ in following:
        if number >= _LAST:
            return
        yield number
        number = following[number]


def _numbers(data: bytes) -> Sequence[int]:
    return struct.unpack(f"<{len(data) // 4}I", data)


def _short(data: bytes | mmap.mmap, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")


def _number(data: bytes | mmap.mmap, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")
