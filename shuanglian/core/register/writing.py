"""Write a staged sheet with the register's own actions, so that permission, legality and history are as always."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from psycopg.errors import UniqueViolation

from shuanglian.core.bulk import uncollected
from shuanglian.core.feeding import feeding
from shuanglian.core.models import ImportBatch
from shuanglian.core.register import staging
from shuanglian.core.register.columns import field_at
from shuanglian.core.register.declare import Register
from shuanglian.core.register.plan import CHANGED, NEW, Checker, Line
from shuanglian.core.register.said import Said
from shuanglian.core.register.staging import Report
from shuanglian.core.register.table import writable


class NotWrittenError(Exception):
    """All or nothing was asked, and rows could not be written: their numbers and the reasons."""

    def __init__(self, wrong: dict[int, str]) -> None:
        super().__init__(next(iter(wrong.values()), ""))
        self.wrong = wrong


class StaleError(Exception):
    """The ledger has changed since the sheet was looked at: what the page showed is no longer true."""


class Outcome:
    """What was written: (number in the sheet, kind, key in the ledger); and sheet row → reason for what was refused."""

    def __init__(self) -> None:
        self.written: list[tuple[int, str, int]] = []
        self.refused: dict[int, str] = {}


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
    checker = Checker(register, batch.layout["places"], user=by)
    writer, said = _Writer(register, by), Said(batch, batch.layout["places"])
    total, done = sum(batch.counts.values()), 0
    for piece in staging.pieces(batch):
        sources = [(number, cells, said.of(number, cells)) for number, _, _, cells, _ in piece]
        lines = checker.lines(sources, [twin for _, _, twin, _, _ in piece])
        for line, (_, kind, _, _, changes) in zip(lines, piece, strict=True):
            if line.kind != kind or [list(change) for change in line.changes] != changes:
                raise StaleError
        for kind in (NEW, CHANGED):
            checker.wrote(writer.write([line for line in lines if line.kind == kind]))
        if writer.outcome.refused and not batch.only_valid:
            raise NotWrittenError(writer.outcome.refused)
        done += len(piece)
        report(done, total)
    return writer.outcome


class _Writer:
    """Gives lines to the actions of a register: to the bulk action where there is one, else one by one."""

    def __init__(self, register: Register, by: Any) -> None:
        self._register, self._by = register, by
        self.outcome = Outcome()
        self._keywords = {column.key: column.keyword for column in writable(register)}
        fields = register.form.base_fields if register.form is not None else {}
        self._stored = [name for name in fields if getattr(field_at(register.model, name), "column", None)]

    def write(self, lines: Sequence[Line]) -> list[int]:
        """Lines of one kind; the keys of the rows written."""
        if not lines:
            return []
        register, kind = self._register, lines[0].kind
        facts = [self._facts(line) for line in lines]
        if kind == NEW and register.create_many is not None:
            answers = register.create_many(facts, by=self._by)
        elif kind == CHANGED and register.update_many is not None:
            answers = register.update_many([line.row for line in lines], facts, by=self._by)
        else:
            pairs = zip(lines, facts, strict=True)
            answers = [_write_line(register, line, given, self._by) for line, given in pairs]
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


def reason_of(refusal: Exception) -> str:
    """Why an action refused, in one sentence."""
    return "；".join(refusal.messages) if isinstance(refusal, ValidationError) else "您不能写这一行"


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
