"""The table of working days: a holiday, a make-up day, a published year. Running time limits follow at once.

The rows belong to the whole platform. Who keeps time limits is an app above; it is told by the name of its job.
"""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.core import jobs
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.calendar import Calendar
from shuanglian.core.models import CalendarDay

FIRST_YEAR, LAST_YEAR = 2000, 2100
REDATE = "exchange.redate_deadlines"


@transaction.atomic
def create_day(*, by: Any, day: dt.date, is_workday: bool, note: str = "") -> CalendarDay:
    """Enter a day: a holiday (放假) or a make-up day (调休上班).

    Raises:
        PermissionDenied, ValidationError: not a keeper of the calendar; the day is entered already or absurd.
    """
    require(by, "core.add_calendarday")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError({"day": f"年份要在 {FIRST_YEAR} 到 {LAST_YEAR} 之间"})
    if CalendarDay.objects.filter(day=day).exists():
        raise ValidationError({"day": f"{day:%Y-%m-%d} 已经在日历里了，请直接修改那一天"})
    row = CalendarDay(day=day)
    return _save(row, "create", {}, is_workday=is_workday, note=note, by=by)


@transaction.atomic
def change_day(row: CalendarDay, *, by: Any, **fields: Any) -> CalendarDay:
    """Mark a day as a working day or not, with a note; the date itself never changes.

    Raises:
        PermissionDenied, ValidationError: not a keeper of the calendar; the date was to change.
    """
    require(by, "core.change_calendarday", row)
    row = CalendarDay.objects.select_for_update(no_key=True).get(pk=row.pk)
    if fields.pop("day", row.day) != row.day:
        raise ValidationError({"day": "日期不能改。请另外新增一天"})
    return _save(row, "change", snapshot(row), by=by, **fields)


def _save(
    row: CalendarDay, verb: str, before: dict[str, Any], *, by: Any, is_workday: bool, note: str = ""
) -> CalendarDay:
    works_before = Calendar(row.day.year, row.day.year).is_workday(row.day)
    row.is_workday, row.note = is_workday, note.strip()
    row.full_clean(validate_unique=False)
    row.save(force_insert=verb == "create")
    record(row, verb, by=by, before=before)
    if works_before != row.is_workday:
        jobs.later(REDATE, county=by.county)
    return row
