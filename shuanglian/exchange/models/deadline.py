"""Time limits that can be checked: the rule, when it started, when it stood still, what was added."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from shuanglian.core.models import Stamped
from shuanglian.exchange.choices import DeadlineKind


class DeadlineRule(Stamped):
    """How many working days a step may take; per category or for all; a new version never changes old dates."""

    kind = models.CharField("环节", max_length=14, choices=DeadlineKind)
    category = models.CharField("类别", max_length=20, blank=True)  # empty: every category
    complex = models.BooleanField("复杂事项", default=False)
    days = models.PositiveSmallIntegerField("工作日")
    version = models.PositiveSmallIntegerField("版本", default=1)
    valid_from = models.DateField("启用日期")

    class Meta:
        ordering = ("kind", "category", "complex", "-version")
        verbose_name = "时限规则"
        constraints = (
            models.UniqueConstraint(
                fields=("county", "kind", "category", "complex", "version"), name="deadline_rule_version_once"
            ),
            models.CheckConstraint(condition=Q(days__gt=0), name="deadline_rule_has_days"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.days} 个工作日"


class Deadline(Stamped):
    """One running or met time limit of a need (or of one commitment on it)."""

    need = models.ForeignKey("exchange.Need", models.CASCADE, related_name="deadlines", verbose_name="需求")
    commitment = models.ForeignKey(
        "exchange.Commitment",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="deadlines",
        verbose_name="认领",
    )
    # The commitment's unit, so that an index knows whom a limit presses. The database alone writes it, on every change
    # of either row (migration 0017); what is given here is overwritten.
    unit = models.ForeignKey(
        "directory.PartnerUnit",
        models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        db_constraint=False,  # the commitment's own holds
        related_name="+",
        verbose_name="认领单位",
    )
    kind = models.CharField("环节", max_length=14, choices=DeadlineKind)
    rule = models.ForeignKey(DeadlineRule, models.PROTECT, related_name="+", verbose_name="办理时限规定")
    started_on = models.DateField("起算日期")
    promised = models.DateField(
        "承诺日期", null=True, blank=True
    )  # a unit's own date instead of the rule's days
    reminded_on = models.DateField("提醒日期", null=True, blank=True)
    escalated_on = models.DateField("报工委日期", null=True, blank=True)
    due = models.DateField("截止日期")  # worked out by the calendar; re-dated when the calendar changes
    met_on = models.DateField("完成日期", null=True, blank=True)
    dropped_on = models.DateField("取消日期", null=True, blank=True)
    # The due day while neither met nor dropped; derived by the database, which plans by it (docs/adr/0012).
    running_until = models.GeneratedField(
        expression=models.Case(
            models.When(met_on__isnull=True, dropped_on__isnull=True, then=models.F("due"))
        ),
        output_field=models.DateField(null=True),
        db_persist=True,
        verbose_name="正在计时到",
    )

    class Meta:
        ordering = ("due", "pk")
        verbose_name = "时限"
        indexes = (
            models.Index(
                fields=("county", "kind", "running_until"),
                condition=Q(running_until__isnull=False),
                name="deadline_running",
            ),
            models.Index(
                fields=("need", "running_until", "id"),
                include=("kind",),
                condition=Q(running_until__isnull=False),
                name="deadline_of_need",
            ),
            models.Index(
                fields=("running_until", "need", "id"),
                include=("kind", "county", "commitment"),
                condition=Q(running_until__isnull=False),
                name="deadline_by_day",
            ),
            models.Index(
                fields=("unit", "running_until", "need", "id"),
                include=("kind", "county", "commitment"),
                condition=Q(running_until__isnull=False, unit__isnull=False),
                name="deadline_of_unit",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.due}"


class ClockStop(Stamped):
    """The clock stands still while the handler waits for the requester."""

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="stops", verbose_name="时限")
    reason = models.CharField("原因", max_length=200)
    starts = models.DateField("暂停日期")
    ends = models.DateField("恢复日期", null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")

    class Meta:
        ordering = ("pk",)
        verbose_name = "暂停计时"
        constraints = (
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gte=F("starts")), name="clock_stop_ends_after_start"
            ),
            models.UniqueConstraint(fields=("deadline",), condition=Q(ends=None), name="clock_stopped_once"),
        )

    def __str__(self) -> str:
        return self.reason


class Extension(Stamped):
    """More working days, for a reason."""

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="extensions", verbose_name="时限")
    days = models.PositiveSmallIntegerField("延长(工作日)")
    reason = models.CharField("理由", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")

    class Meta:
        ordering = ("pk",)
        verbose_name = "延期"
        constraints = (
            models.CheckConstraint(condition=Q(days__gt=0) & ~Q(reason=""), name="extension_has_reason"),
        )

    def __str__(self) -> str:
        return f"+{self.days}"
