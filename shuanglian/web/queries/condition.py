"""The state of the system, for its administrator: what the doctor would say, and whether background work gets done."""

import datetime as dt

from procrastinate.contrib.django.models import ProcrastinateJob

from shuanglian.core import doctor
from shuanglian.core.clock import today
from shuanglian.core.doctor import Finding
from shuanglian.core.models import CalendarDay
from shuanglian.exchange.queries.deadline import ticking


def condition() -> list[Finding]:
    """Database, disk, clocks, working-day calendar, background work."""
    return [doctor.database(), doctor.disk(), doctor.clock(), doctor.calendar(), background_work()]


def background_work() -> Finding:
    """Jobs that wait, and jobs that failed and that nobody will try again."""
    counts = {status: ProcrastinateJob.objects.filter(status=status).count() for status in ("todo", "failed")}
    state = f"等待 {counts['todo']} 件，失败 {counts['failed']} 件"
    advice = "请看后台日志，处理后重新运行" if counts["failed"] else ""
    return Finding("后台任务", state, advice)


def calendar_warning(county: str) -> str:
    """What the office should know of the table of working days; nothing when every running date is sure.

    A date that lies in a year without published holidays is a guess (handbook 3.6); from December on the coming year
    should be there in any case. At most three queries.
    """
    year = today().year + 1
    if CalendarDay.objects.filter(day__year=year).exists():
        return ""
    guessed = ticking().filter(county=county, running_until__gte=dt.date(year, 1, 1)).count()
    if guessed:
        return f"有 {guessed} 个时限算到了 {year} 年，{year} 年的放假安排还没有录入，这些日期可能会变。"
    found = doctor.calendar()
    return "" if found.fine else f"工作日历{found.state}，时限会算不准。"
