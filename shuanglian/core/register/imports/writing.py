"""Write a staged sheet with the register's own actions, so that permission, legality and history are as always."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from psycopg.errors import UniqueViolation

from shuanglian.core.audit import beginnings
from shuanglian.core.bulk import uncollected
from shuanglian.core.feeding import copy, feeding
from shuanglian.core.many import Many
from shuanglian.core.models import ImportBatch
from shuanglian.core.register.columns import field_at
from shuanglian.core.register.declare import Register
from shuanglian.core.register.imports import staging
from shuanglian.core.register.imports.ground import ground
from shuanglian.core.register.imports.intake import Report
from shuanglian.core.register.imports.line import CHANGED, KINDS, NEW, Line
from shuanglian.core.register.imports.plan import Checker, reason_of
from shuanglian.core.register.imports.said import Said
from shuanglian.core.register.imports.table import writable

VERB = "create"  # as every action that makes a row records it


class NotWrittenError(Exception):
    """All or nothing was asked, and rows could not be written: their numbers and the reasons."""

    def __init__(self, wrong: dict[int, str]) -> None:
        super().__init__(next(iter(wrong.values()), ""))
        self.wrong = wrong


class StaleError(Exception):
    """The ledger has changed since the sheet was looked at: what the page showed is no longer true."""


class Outcome:
    """What was written: (number in the sheet, kind, key in the ledger); and sheet row → reason for what was refused.

    ``as_decided``: how many new rows were written beside them just as they were staged; None when all were looked at again.
    """

    def __init__(self) -> None:
        self.written: list[tuple[int, str, int]] = []
        self.refused: dict[int, str] = {}
        self.as_decided: int | None = None

    def count(self, kind: str) -> int:
        """How many of this kind were written."""
        staged = (self.as_decided or 0) if kind == NEW else 0
        return staged + sum(one == kind for _, one, _ in self.written)


@uncollected()
def write(batch: ImportBatch, register: Register, *, by: Any, report: Report) -> Outcome:
    """Write the new and changed rows inside the caller's transaction, piece by piece.

    Raises:
        StaleError: a row is not what the preview said, or somebody else has just written the same.
        NotWrittenError: not ``only_valid``, and a row was refused by its action.
    """
    try:
        with feeding():
            return _write(batch, register, by, report)
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):
            raise StaleError from error
        raise


def _write(batch: ImportBatch, register: Register, by: Any, report: Report) -> Outcome:
    writer = _Writer(register, by)
    if not batch.ground or batch.ground != ground(register, by):
        _write_again(batch, writer, report, KINDS)
        return writer.outcome
    _write_again(batch, writer, report, (CHANGED,))
    _write_decided(batch, writer, report)
    return writer.outcome


def _write_again(batch: ImportBatch, writer: "_Writer", report: Report, kinds: Sequence[str]) -> None:
    """Look at the rows once more, and write them when they are what was shown."""
    places = batch.layout["places"]
    checker, said = Checker(writer.register, places, user=writer.by), Said(batch, places)
    total, done = sum(batch.counts.values()), 0
    for piece in staging.pieces(batch, kinds):
        sources = [(number, cells, said.of(number, cells)) for number, _, _, cells, _ in piece]
        lines = checker.lines(sources, [twin for _, _, twin, _, _ in piece])
        for line, (_, kind, _, _, changes) in zip(lines, piece, strict=True):
            if line.kind != kind or [list(change) for change in line.changes] != changes:
                raise StaleError
        checker.wrote(writer.write_new(lines, checker.decided))
        checker.wrote(writer.write([line for line in lines if line.kind == CHANGED]))
        if writer.outcome.refused and not batch.only_valid:
            raise NotWrittenError(writer.outcome.refused)
        done += len(piece)
        report(done, total)


def _write_decided(batch: ImportBatch, writer: "_Writer", report: Report) -> None:
    """Write the new rows as they were decided, with their history: nothing that this was decided on has changed.

    A piece is put together while the database takes in the one before.
    """
    total, done = sum(batch.counts.values()), batch.counts[CHANGED]
    texts = staging.decided(batch)
    text = next(texts, "")
    while text:
        many = Many.unpacked(writer.register.model, text)
        sent = many.as_copy(), beginnings(many, VERB, by=writer.by)
        report(done, total)
        text = next(texts, "")
        for statement, lines in sent:
            copy(statement, lines)
        done += many.count
    writer.outcome.as_decided = done - batch.counts[CHANGED]


class _Writer:
    """Gives lines to the actions of a register: to the bulk action where there is one, else one by one."""

    def __init__(self, register: Register, by: Any) -> None:
        self.register, self.by = register, by
        self.outcome = Outcome()
        self._keywords = {column.key: column.keyword for column in writable(register)}
        fields = register.form.base_fields if register.form is not None else {}
        self._stored = [name for name in fields if getattr(field_at(register.model, name), "column", None)]

    def write_new(self, lines: Sequence[Line], decided: Many | None) -> list[int]:
        """The new ones of these lines; the keys of the rows written."""
        new = [line for line in lines if line.kind == NEW]
        if decided is None or not decided.count:
            return self.write(new)
        copy(*decided.as_copy())
        copy(*beginnings(decided, VERB, by=self.by))
        written = [(line.number, NEW, line.key) for line in new if line.key is not None]
        self.outcome.written += written
        return [key for _, _, key in written]

    def write(self, lines: Sequence[Line]) -> list[int]:
        """Lines of one kind, by the action for many or one by one; the keys of the rows written."""
        if not lines:
            return []
        register, kind = self.register, lines[0].kind
        facts = [self._facts(line) for line in lines]
        if kind == CHANGED and register.update_many is not None:
            answers = register.update_many([line.row for line in lines], facts, by=self.by)
        else:
            pairs = zip(lines, facts, strict=True)
            answers = [_write_line(register, line, given, self.by) for line, given in pairs]
        written = []
        for line, answer in zip(lines, answers, strict=True):
            if isinstance(answer, Model):
                written.append((line.number, kind, answer.pk))
            else:
                self.outcome.refused[line.number] = reason_of(answer)
        self.outcome.written += written
        return [key for _, _, key in written]

    def _facts(self, line: Line) -> dict[str, Any]:
        """The values of the sheet; for a stored row with what it says already. What a new row is without, its action knows."""
        given = {self._keywords[key]: value for key, value in line.values.items()}
        if line.row is not None:
            return {name: getattr(line.row, name) for name in self._stored} | given
        return given


def _write_line(
    register: Register, line: Line, given: dict[str, Any], by: Any
) -> Model | ValidationError | PermissionDenied:
    try:
        with transaction.atomic():
            if line.row is None and register.create is not None:
                return register.create(by=by, **given)
            if line.row is not None and register.update is not None:
                return register.update(line.row, by=by, **given)
            raise PermissionDenied
    except (ValidationError, PermissionDenied) as error:
        return error
