"""Write a staged sheet with the register's own actions, so that permission, legality and history are as always."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model

from shuanglian.core.models import ImportBatch
from shuanglian.core.register import staging
from shuanglian.core.register.columns import field_at
from shuanglian.core.register.declare import Register
from shuanglian.core.register.plan import CHANGED, NEW, Checker, Line
from shuanglian.core.register.staging import Report


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


def write(batch: ImportBatch, register: Register, *, by: Any, report: Report) -> Outcome:
    """Write the new and changed rows inside the caller's transaction, piece by piece.

    Raises:
        StaleError: a row is not what the preview said.
        NotWrittenError: not ``only_valid``, and a row was refused by its action.
    """
    checker = Checker(register, batch.layout["places"], user=by)
    total = sum(batch.counts.values())
    outcome, done = Outcome(), 0
    for piece in staging.pieces(batch):
        lines = checker.lines([(n, cells, batch.fixes.get(str(n), {})) for n, _, cells, _ in piece])
        for line, (_, kind, _, changes) in zip(lines, piece, strict=True):
            if line.kind != kind or [list(change) for change in line.changes] != changes:
                raise StaleError
        for kind in (NEW, CHANGED):
            _write_lines(register, [line for line in lines if line.kind == kind], outcome, by)
        if outcome.refused and not batch.only_valid:
            raise NotWrittenError(outcome.refused)
        done += len(piece)
        report(done, total)
    return outcome


def _write_lines(register: Register, lines: Sequence[Line], outcome: Outcome, by: Any) -> None:
    """Lines of one kind: by the bulk action where there is one and they are many, else one by one."""
    if not lines:
        return
    kind = lines[0].kind
    facts = [_facts(register, line) for line in lines]
    if kind == NEW and register.create_many is not None:
        answers = register.create_many(facts, by=by)
    elif kind == CHANGED and register.update_many is not None:
        answers = register.update_many([line.row for line in lines], facts, by=by)
    else:
        answers = [_write_line(register, line, given, by) for line, given in zip(lines, facts, strict=True)]
    for line, answer in zip(lines, answers, strict=True):
        if isinstance(answer, Model):
            outcome.written.append((line.number, line.kind, answer.pk))
        else:
            outcome.refused[line.number] = reason_of(answer)


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


def _facts(register: Register, line: Line) -> dict[str, Any]:
    """What the form would send: the values of the sheet, and for the rest what is stored, or the defaults."""
    given = {register.column(key).keyword: value for key, value in line.values.items()}
    return _untouched(register, line.row) | given


def _untouched(register: Register, row: Model | None) -> dict[str, Any]:
    if register.form is None:
        return {}
    names = [
        name for name in register.form.base_fields if getattr(field_at(register.model, name), "column", None)
    ]
    if row is not None:
        return {name: getattr(row, name) for name in names}
    return {name: field_at(register.model, name).get_default() for name in names}
