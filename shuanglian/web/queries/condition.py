"""The state of the system, for its administrator: what the doctor would say, and whether background work gets done."""

from procrastinate.contrib.django.models import ProcrastinateJob

from shuanglian.core import doctor
from shuanglian.core.doctor import Finding


def condition() -> list[Finding]:
    """Database, disk, clocks, working-day calendar, background work."""
    return [doctor.database(), doctor.disk(), doctor.clock(), doctor.calendar(), background_work()]


def background_work() -> Finding:
    """Jobs that wait, and jobs that failed and that nobody will try again."""
    counts = {status: ProcrastinateJob.objects.filter(status=status).count() for status in ("todo", "failed")}
    state = f"等待 {counts['todo']} 件，失败 {counts['failed']} 件"
    advice = "请看后台日志，处理后重新运行" if counts["failed"] else ""
    return Finding("后台任务", state, advice)
